"""Due dates worked out in the database are those of the rule."""

from __future__ import annotations

from datetime import date

from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from exigible.kernel.terms import Counting, PaymentTerms

TERMS = st.builds(PaymentTerms, st.integers(0, 400), st.sampled_from(Counting))
DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))


class TestDueDates(TestCase):
    @settings(max_examples=60)
    @given(cases=st.lists(st.tuples(TERMS, DAYS), min_size=1, max_size=30))
    def test_are_those_of_the_kernel(self, cases):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT intake_due_on(day, days, counting)"
                " FROM unnest(%s::date[], %s::int[], %s::text[])"
                " WITH ORDINALITY AS t (day, days, counting, n)"
                " ORDER BY n",
                [[day for _, day in cases], [terms.days for terms, _ in cases],
                 [terms.counting.value for terms, _ in cases]],
            )  # fmt: skip
            found = [due_on for (due_on,) in cursor.fetchall()]
        assert found == [terms.due_on(day) for terms, day in cases]
