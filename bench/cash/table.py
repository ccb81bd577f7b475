"""The tables, as aligned text for a terminal and as Markdown for the docs."""

from __future__ import annotations

from collections.abc import Sequence

from bench.cash.score import BANDS, Group, Score

Rows = list[tuple[str, ...]]


def share(part: int, whole: int, digits: int = 2) -> str:
    return f"{100 * part / whole:.{digits}f} %" if whole else "–"


def summary(scores: dict[str, tuple[Score, float]]) -> Rows:
    """A row for each measure, a column for each matcher; seconds are for a hundred thousand payments."""
    rows: Rows = [("", *scores)]
    for words, measure in _MEASURES:
        rows.append((words, *(measure(one) for one, _ in scores.values())))
    per = [100_000 * seconds / max(one.payments.count, 1) for one, seconds in scores.values()]
    return [*rows, ("seconds for 100,000 payments", *(f"{seconds:.0f}" for seconds in per))]


def _posted(one: Score) -> int:
    return one.payments.statuses["posted"] + one.others.statuses["posted"]


def _false(one: Score) -> int:
    return one.payments.false + one.others.false


def _first_right(payments: Group) -> str:
    return share(payments.first_right, payments.known)


_MEASURES = (
    ("payments of customers", lambda one: f"{one.payments.count:,}"),
    ("posted alone", lambda one: share(one.payments.statuses["posted"], one.payments.count)),
    ("of what is posted alone, false", lambda one: f"{share(_false(one), _posted(one), 3)} ({_false(one)})"),
    ("  the right items, the difference misread", lambda one: str(one.payments.posted["remainder"])),
    ("  other items of the customer", lambda one: str(one.payments.posted["items"])),
    ("  another customer's items", lambda one: str(one.payments.posted["customer"] + one.others.false)),
    ("of the items posted alone, false", lambda one: share(one.false_items, one.posted_items, 3)),
    ("invoices rightly lettered", lambda one: share(one.invoices_right, one.invoices)),
    ("right as first proposal, of what can be known", lambda one: _first_right(one.payments)),
    ("nobody can know", lambda one: str(one.unknowable.count)),
    ("  posted alone all the same", lambda one: str(one.unknowable.statuses["posted"])),
    ("another set explains it as well", lambda one: str(one.rivals)),
    ("  called ambiguous", lambda one: share(one.rivals_called, one.rivals, 1)),
    ("called ambiguous", lambda one: str(one.ambiguous_called)),
    ("  truly so", lambda one: share(one.ambiguous_truly, one.ambiguous_called, 1)),
    ("lines of others posted", lambda one: str(one.others.statuses["posted"])),
)  # fmt: skip


def reliability(one: Score) -> Rows:
    """What was said of the first proposals, beside how many of them were right."""
    rows: Rows = [("probability said", "proposals", "mean said", "right")]
    for band, end in zip(BANDS, (*BANDS[1:], 10_000), strict=True):
        count, said, right = one.bands[band]
        if count:
            rows.append(
                (
                    f"{band / 100:.2f} – {end / 100:.2f} %",
                    str(count),
                    f"{said / count / 100:.2f} %",
                    share(right, count),
                )
            )
    return rows


def confusion(classes: dict[str, Group]) -> Rows:
    """What was made of each kind of payment."""
    head = ("", "payments", "posted", "false", "proposed", "ambiguous", "unmatched", "first right")
    rows: Rows = [head]
    for name in sorted(classes, key=lambda name: (name.split(":")[0], -classes[name].count)):
        one = classes[name]
        counts = (one.statuses[status] for status in ("proposed", "ambiguous", "unmatched"))
        rows.append((
            name, str(one.count), share(one.statuses["posted"], one.count, 1), str(one.false),
            *map(str, counts), share(one.first["right"], one.count, 1),
        ))  # fmt: skip
    return rows


def held(one: Score) -> Rows:
    """Why payments that can be known were not posted."""
    rows: Rows = [("", "payments", "first right", "first wrong")]
    for why, counts in sorted(one.held.items(), key=lambda pair: -pair[1].total()):
        rows.append((why, str(counts.total()), str(counts[True]), str(counts[False])))
    return rows


def text(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = (
            row[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)),
        )
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def markdown(rows: Sequence[tuple[str, ...]]) -> str:
    head, *body = rows
    rule = "|".join(["---", *("---:" for _ in head[1:])])
    return "\n".join([_row(head), f"|{rule}|", *map(_row, body)])


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.replace('  ', '– ', 1) for cell in cells)} |"
