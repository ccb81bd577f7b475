"""Statements of account: the figures add up, each currency by itself."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.documents.builders import MONACO, TODAY, pages, plain, text_of

from exigible.documents.ages import bucket_colours, sums_by_bucket
from exigible.documents.statement import (
    MovementsSection,
    OpenItemsSection,
    Statement,
    StatementItem,
    StatementMovement,
    render_statements,
    statement_data,
)
from exigible.kernel.ageing import Buckets
from exigible.kernel.money import format_amount


def item(document: str, days_late: int, open_minor: int, amount_minor: int | None = None) -> StatementItem:
    due_on = TODAY - timedelta(days=days_late)
    amount = open_minor if amount_minor is None else amount_minor
    return StatementItem(
        document, "Facture", due_on - timedelta(days=30), due_on, days_late, amount, open_minor
    )


def statement(*sections: OpenItemsSection | MovementsSection, **changes: Any) -> Statement:
    values: dict[str, Any] = {
        "sender": MONACO,
        "recipient": ("Hôtel Belle Époque SARL", "98000 MONACO"),
        "language": "fr",
        "place": "Monaco",
        "dated": TODAY,
        "as_of": TODAY,
        "reference": "C00042",
        "customer_code": "C00042",
        "sections": sections,
    }
    return Statement(**values | changes)


def render(one: Statement) -> bytes:
    return render_statements([one])[0]


OPEN = OpenItemsSection(
    "EUR",
    (
        item("FA26-1", 100, 120_000, 240_000),
        item("FA26-2", 12, 60_000),
        item("FA26-3", -8, 40_000),
        item("AV26-1", 20, -30_000),
    ),
)


class TestOpenItems:
    def test_shows_gross_credits_balance_and_what_is_overdue(self) -> None:
        text = text_of(render(statement(OPEN)))
        assert "Relevé de compte au 21 novembre 2026" in text
        assert "Total échu et à échoir 2 200,00" in text
        assert "Avoirs et règlements à déduire −300,00" in text
        assert "Solde du compte 1 900,00 €" in text
        assert "échu, avant crédits 1 800,00" in text

    def test_shows_the_debt_by_age_and_what_is_not_allocated(self) -> None:
        cells = statement_data(statement(OPEN), {})["sections"][0]["ageing"]
        assert [(cell["name"], plain(cell["amount"])) for cell in cells] == [
            ("Non échu", "400,00"),
            ("1–30 jours", "600,00"),
            ("31–60 jours", "0,00"),
            ("61–90 jours", "0,00"),
            ("Plus de 90 jours", "1 200,00"),
            ("Non lettré", "−300,00"),
        ]

    def test_asks_for_the_overdue_part_less_the_credits(self) -> None:
        assert OPEN.payable_minor == 120_000 + 60_000 - 30_000
        assert "Échu, crédits déduits 1 500,00 €" in text_of(render(statement(OPEN)))

    def test_asks_for_nothing_when_nothing_is_overdue(self) -> None:
        section = OpenItemsSection("EUR", (item("FA26-1", 0, 100_00),))
        assert "Pour régler" not in text_of(render(statement(section)))

    def test_an_account_without_open_items_says_so(self) -> None:
        text = text_of(render(statement(OpenItemsSection("EUR", ()))))
        assert "Ce compte est soldé" in text
        assert "Pour régler" not in text

    @given(
        st.lists(
            st.tuples(st.integers(-400, 400), st.integers(-(10**12), 10**12).filter(bool)),
            min_size=1,
            max_size=30,
        )
    )
    def test_ages_and_credits_make_the_balance(self, aged: list[tuple[int, int]]) -> None:
        section = OpenItemsSection(
            "EUR", tuple(item(str(n), days, minor) for n, (days, minor) in enumerate(aged))
        )
        sums = sums_by_bucket(
            ((i.days_late, i.open_minor) for i in section.items if i.open_minor > 0), Buckets()
        )
        assert sum(sums) + section.credits_minor == section.net_minor == sum(minor for _, minor in aged)
        assert sum(sums[1:]) == section.overdue_minor
        rows = statement_data(statement(section), {})["sections"][0]["table"]["rows"]
        balance = format_amount(section.net_minor, "EUR", with_symbol=True)
        assert balance in [row["cells"][-1][0] for row in rows]


class TestCurrencies:
    def test_two_currencies_are_never_added(self) -> None:
        ariary = OpenItemsSection("MGA", (item("FA26-9", 40, 940_000_000),))
        text = text_of(render(statement(OPEN, ariary)))
        assert "En EUR" in text
        assert "En MGA" in text
        assert "Solde du compte 1 900,00 €" in text
        assert "Solde du compte 9 400 000 Ar" in text
        assert "9 401 900" not in text


class TestMovements:
    def movements(self, count: int) -> tuple[StatementMovement, ...]:
        first = date(2026, 1, 5)
        return tuple(
            StatementMovement(
                first + timedelta(days=n), f"M-{n:04d}", "Facture", 1_000 + n if n % 3 else -2_000
            )
            for n in range(count)
        )

    def test_the_balance_runs_from_opening_to_closing(self) -> None:
        section = MovementsSection("EUR", date(2026, 1, 1), 50_000, self.movements(3))
        text = text_of(render(statement(section)))
        assert "Relevé de compte du 1er janvier 2026 au 21 novembre 2026" in text
        assert "Solde d’ouverture 500,00" in text
        assert "05/01/2026 M-0000 Facture 20,00 480,00" in text
        assert "06/01/2026 M-0001 Facture 10,01 490,01" in text
        assert f"Solde de clôture {plain(format_amount(section.closing_minor, 'EUR'))} €" in text

    def test_the_balance_is_carried_over_pages_and_no_line_is_lost(self) -> None:
        section = MovementsSection("EUR", date(2026, 1, 1), 50_000, self.movements(120))
        shown = pages(render(statement(section)))
        assert len(shown) > 2
        for movement in section.movements:
            assert sum(page.count(movement.document) for page in shown) == 1
        assert all("Report " in page for page in shown[1:])

    def test_a_period_without_movement_says_so(self) -> None:
        text = text_of(render(statement(MovementsSection("EUR", date(2026, 1, 1), 0, ()))))
        assert "Aucun mouvement sur la période." in text


class TestAges:
    def test_every_bucket_has_a_colour_and_the_ends_keep_theirs(self) -> None:
        for bounds in ((30,), (30, 60), (30, 60, 90), (15, 30, 45, 60, 90, 180)):
            colours = bucket_colours(Buckets(bounds))
            assert len(colours) == len(Buckets(bounds).keys)
            assert (colours[0], colours[1], colours[-1]) == ("#7c96ac", "#d9c68f", "#a13029")


def test_long_numbers_and_large_amounts_leave_each_column_its_room() -> None:
    lines = tuple(
        StatementItem(
            f"FACTURE/2026/DEPARTEMENT-MAINTENANCE/{number}", "Facture · maintenance des ascenseurs",
            TODAY, TODAY, 1, 50_625_617_890_00, 50_625_617_890_00,
        )
        for number in range(3)
    )  # fmt: skip
    section = statement_data(statement(OpenItemsSection("MGA", lines)), {})["sections"][0]
    widths = section["table"]["widths"]
    assert widths[1] is None
    assert 168 * 72 / 25.4 - sum(filter(None, widths)) > 60


def test_nothing_is_carried_over_between_the_sums() -> None:
    """A sum that is brought forward before them would seem to be counted twice."""
    for count in range(20, 40):
        lines = (*(item(f"FA26-{n}", n, 1_000) for n in range(count)), item("AV26-1", 0, -500))
        for page in pages(render(statement(OpenItemsSection("EUR", lines)))):
            if "Report " in page:
                assert "FA26-" in page or "AV26-" in page
