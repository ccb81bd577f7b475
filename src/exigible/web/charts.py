"""Pictures drawn at the server as SVG: no script, no inline style. Colours come from classes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from exigible.kernel.currencies import exponent
from exigible.language import formats
from exigible.web import ages

BAR_WIDTH = 1000
CHART_HEIGHT, COLUMN, GAP, TOP, LEFT = 96, 34, 10, 8, 40
ROUND_STEPS = (2, 4, 6, 8, 10, 12, 16, 20, 24, 30, 40, 50, 60, 80)

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"

Part = tuple[str, int]


def bucket_bar(amounts: Mapping[str, int], currency: str, keys: Sequence[str]) -> SafeString:
    """One thin bar split by age. Credits (negative) have no part in it."""
    parts = [(key, amounts.get(key, 0)) for key in keys if amounts.get(key, 0) > 0]
    words = _parts_in_words(parts, currency) or _("nothing owed")
    edges = _edges([minor for _key, minor in parts], BAR_WIDTH)
    rects = format_html_join(
        "",
        '<rect class="age-{}" x="{}" width="{}" height="8"/>',
        (
            (ages.level_of_bucket(key, keys), start, end - start)
            for (key, _minor), (start, end) in zip(parts, edges, strict=True)
        ),
    )
    return format_html(
        '<svg class="bucket-bar" viewBox="0 0 {} 8" preserveAspectRatio="none" role="img" aria-label="{}">'
        "<title>{}</title>{}</svg>",
        BAR_WIDTH, words, words, rects,
    )  # fmt: skip


def ageing_chart(
    months: Sequence[tuple[dt.date, Mapping[str, int]]], currency: str, caption: str, keys: Sequence[str]
) -> SafeString:
    """A column a month, stacked from the youngest bucket to the oldest; not due is left out."""
    overdue = [(month, _overdue_parts(amounts, keys)) for month, amounts in months]
    highest = max((sum(minor for _key, minor in parts) for _month, parts in overdue), default=0)
    top = round_top(highest // 10 ** exponent(currency))
    width, height = LEFT + GAP + len(months) * (COLUMN + GAP), TOP + CHART_HEIGHT + 18
    columns = format_html_join(
        "",
        "{}",
        ((_column(i, m, parts, top, currency, keys),) for i, (m, parts) in enumerate(overdue)),
    )
    return format_html(
        '<figure class="chart"><div class="scroll" tabindex="0">'
        '<svg viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">{}{}</svg></div>'
        "{}<figcaption>{}</figcaption></figure>",
        width, height, width, height, caption, _scale(top, width), columns, _legend(keys[1:], keys), caption,
    )  # fmt: skip


def round_top(units: int) -> int:
    """The top of a scale in whole units: round, as its half is, and not under `units`."""
    power = 1
    while units > 80 * power:
        power *= 10
    return next(step * power for step in ROUND_STEPS if step * power >= units)


def short_number(units: int) -> str:
    """A round number for a scale: 500, 20 k, 5 M."""
    for size, sign in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if units >= size and units * 10 % size == 0:
            whole, tenth = divmod(units * 10 // size, 10)
            tenths = f"{_decimal_mark()}{tenth}" if tenth else ""
            return f"{whole}{tenths}{NO_BREAK_SPACE}{sign}"
    return str(units)


def _decimal_mark() -> str:
    return "," if formats.language() == "fr" else "."


def _scale(top: int, width: int) -> SafeString:
    """The base line and two marks, at the top and at the middle, with their amounts."""
    marks = [(TOP + 0.5, short_number(top)), (TOP + CHART_HEIGHT // 2 + 0.5, short_number(top // 2))]
    lines = format_html_join(
        "",
        '<line class="mark" x1="{}" x2="{}" y1="{}" y2="{}"/><text class="scale" x="{}" y="{}">{}</text>',
        ((LEFT, width, y, y, LEFT - 6, y + 4, label) for y, label in marks),
    )
    base = TOP + CHART_HEIGHT + 0.5
    return format_html(
        '{}<line class="axis" x1="{}" x2="{}" y1="{}" y2="{}"/>', lines, LEFT, width, base, base
    )


def _column(
    index: int, month: dt.date, parts: list[Part], top: int, currency: str, keys: Sequence[str]
) -> SafeString:
    x, bottom = LEFT + GAP + index * (COLUMN + GAP), TOP + CHART_HEIGHT
    total = sum(minor for _key, minor in parts)
    height = CHART_HEIGHT * total // (top * 10 ** exponent(currency))
    edges = _edges([minor for _key, minor in parts], height)
    rects = format_html_join(
        "",
        '<rect class="age-{}" x="{}" y="{}" width="{}" height="{}"/>',
        (
            (ages.level_of_bucket(key, keys), x, bottom - end, COLUMN, end - start)
            for (key, _minor), (start, end) in zip(parts, edges, strict=True)
        ),
    )
    return format_html(
        '<g><title>{}</title>{}<text x="{}" y="{}">{}</text></g>',
        _column_in_words(month, total, parts, currency), rects,
        x + COLUMN // 2, bottom + 14, formats.day(month, "month-alone"),
    )  # fmt: skip


def _column_in_words(month: dt.date, total: int, parts: list[Part], currency: str) -> str:
    words = _("%(month)s: %(total)s overdue") % {
        "month": formats.day(month, "month"),
        "total": formats.money(total, currency, with_symbol=True),
    }
    return f"{words} ({_parts_in_words(parts, currency)})" if parts else words


def _legend(shown: Iterable[str], keys: Sequence[str]) -> SafeString:
    return format_html(
        '<ul class="legend">{}</ul>',
        format_html_join(
            "",
            '<li class="age-{}">{}</li>',
            ((ages.level_of_bucket(key, keys), ages.bucket_label(key)) for key in shown),
        ),
    )


def _overdue_parts(amounts: Mapping[str, int], keys: Sequence[str]) -> list[Part]:
    return [(key, amounts.get(key, 0)) for key in keys[1:] if amounts.get(key, 0) > 0]


def _edges(amounts: Sequence[int], length: int) -> list[tuple[int, int]]:
    """Where each part starts and ends on a bar of `length`; the parts touch and fill it."""
    total, edges, so_far = sum(amounts), [], 0
    for minor in amounts:
        start = length * so_far // total
        so_far += minor
        edges.append((start, length * so_far // total))
    return edges


def _parts_in_words(parts: Iterable[Part], currency: str) -> str:
    return ", ".join(
        _("%(bucket)s: %(amount)s")
        % {"bucket": ages.bucket_label(key), "amount": formats.money(minor, currency)}
        for key, minor in parts
    )
