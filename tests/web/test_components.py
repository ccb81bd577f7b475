"""The tags, as a page writes them."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django import forms
from django.template import engines
from django.test import RequestFactory

from exigible.web.addresses import address_with, sort_address
from exigible.web.context import Shell
from exigible.web.dates import landmark_dates


def html(source: str, path: str = "/A/customers/", **context: object) -> str:
    request = RequestFactory().get(path)
    return engines["django"].from_string(source).render({"shell": Shell(request), **context}, request)


def test_an_amount_of_zero_leaves_its_cell_blank_unless_asked() -> None:
    assert html('{% money_cell 0 "EUR" %}') == '<td class="num"></td>'
    assert html('{% money_cell 0 "EUR" zero=True %}') == '<td class="num">0,00</td>'


def test_a_figure_is_a_link_to_the_lines_behind_it() -> None:
    cell = html('{% money_cell 123456 "EUR" href="/lines/" label="Overdue" %}')
    assert cell == '<td class="num" data-label="Overdue"><a href="/lines/">1\u202f234,56</a></td>'


def test_what_a_person_typed_is_never_markup() -> None:
    box = html("{% datatable label=name %}{{ name }}{% enddatatable %}{% icon name %}", name="<script>\"'")
    assert "<script>" not in box
    assert box.count("&lt;script&gt;") == 3


def test_the_date_filter_takes_djangos_formats_too() -> None:
    assert html('{{ d|date }} {{ d|date:"Y-m-d" }}', d=dt.date(2026, 3, 1)) == "01/03/2026 2026-03-01"


def test_sorting_turns_round_and_starts_again_at_the_first_page() -> None:
    request = RequestFactory().get("/x/?sort=name&after=abc&as_of=2026-10-31")
    assert sort_address(request, "name") == ("/x/?sort=-name&as_of=2026-10-31", "ascending")
    assert sort_address(request, "overdue", "desc") == ("/x/?sort=-overdue&as_of=2026-10-31", "")


def test_an_address_keeps_its_other_parameters() -> None:
    request = RequestFactory().get("/x/?q=a%26b&status=open&status=due")
    assert address_with(request, page="2", q=None) == "/x/?status=open&status=due&page=2"


def test_a_sorted_column_says_so() -> None:
    head = html('{% sort_head "name" "Customer" %}', "/x/?sort=-name")
    assert 'aria-sort="descending"' in head
    assert 'href="/x/?sort=name"' in head


def test_filters_carry_along_what_they_do_not_name() -> None:
    bar = html('{% filter_bar %}<input name="q">{% endfilter_bar %}', "/x/?q=old&sort=name&after=z")
    assert '<input type="hidden" name="sort" value="name">' in bar
    assert 'value="old"' not in bar
    assert "after" not in bar


def test_a_wrong_field_points_to_its_error() -> None:
    class Small(forms.Form):
        amount = forms.CharField(label="Amount", help_text="1 234,56")

    field = html("{% field form.amount %}", form=Small({}))
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="id_amount_helptext id_amount_error"' in field
    assert 'id="id_amount_error"' in field


def test_a_hidden_field_has_no_label() -> None:
    class Small(forms.Form):
        version = forms.IntegerField(widget=forms.HiddenInput)

    assert "<label" not in html("{% for f in form %}{% field f %}{% endfor %}", form=Small({"version": 3}))


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        (
            '{% action "Go" url="/u/" key="e" %}',
            '<a href="/u/" class="button" data-key="e" data-key-label="Go">',
        ),
        ('{% action "Go" url="/u/" method="post" %}', '<form method="post" action="/u/" class="inline">'),
        ('{% action "Go" url="/u/" peek=True %}', 'hx-get="/u/" hx-target="#side"'),
        ('{% action "Go" dialog="note" %}', 'data-dialog="note"'),
        ('{% action "Go" url="/u/" form="s" %}', 'form="s" formaction="/u/" data-key-scope="rows"'),
    ],
)
def test_an_action_is_a_link_a_form_or_a_button_as_it_needs(tag: str, expected: str) -> None:
    assert expected in html(tag)


def test_unfinished_work_asks_again_and_finished_work_does_not() -> None:
    assert 'hx-get="/job/1/"' in html('{% progress 42 "Import" "/job/1/" %}')
    assert "hx-get" not in html('{% progress 100 "Import" %}')


def test_a_message_offers_to_undo() -> None:
    message = SimpleNamespace(level_tag="success", extra_tags="undo=/undo/7/", message="Done")
    assert 'action="/undo/7/"' in html('{% include "web/message.html" %}', message=message)


def test_the_date_menu_offers_each_closing_once() -> None:
    assert [day for _name, day in landmark_dates(dt.date(2026, 1, 15))] == [
        dt.date(2026, 1, 15),
        dt.date(2025, 12, 31),
    ]
    assert [day for _name, day in landmark_dates(dt.date(2026, 11, 21))] == [
        dt.date(2026, 11, 21), dt.date(2026, 10, 31), dt.date(2026, 9, 30), dt.date(2025, 12, 31),
    ]  # fmt: skip
