"""The components of the site as template tags, builtin in every template. Usage: docs/components.md."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.forms import BoundField
from django.template.context import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from exigible.kernel.money import Money
from exigible.language import formats
from exigible.team.rules import Right
from exigible.web import ages, charts, wording
from exigible.web.addresses import address_with, sort_address
from exigible.web.queries import who_may

register = template.Library()

BLANK = mark_safe("")
NAMED_KEYS = {
    "Enter": pgettext_lazy("key of the keyboard", "Enter"),
    "Space": pgettext_lazy("key of the keyboard", "Space"),
    "Shift": pgettext_lazy("key of the keyboard", "Shift"),
    "Esc": pgettext_lazy("key of the keyboard", "Esc"),
}
HIDDEN = mark_safe(' aria-hidden="true"')


@register.filter
def money(amount: int | Money | None, currency: str = "") -> str:
    return formats.money(amount, currency)


@register.filter
def money_symbol(amount: int | Money | None, currency: str = "") -> str:
    """The amount with its currency's symbol."""
    return formats.money(amount, currency, with_symbol=True)


@register.filter
def date(value: dt.date | None, style: str = "") -> str:
    """Replaces Django's: without a format, the date as the language writes it; with Django's, the same."""
    return formats.day(value, style)


@register.filter
def moment(value: dt.datetime | None) -> str:
    return formats.moment(value)


@register.filter
def iban(account: str) -> str:
    return formats.iban(account)


@register.filter
def terms(code: str) -> str:
    return wording.payment_terms(code)


@register.filter
def days(days_overdue: int | None) -> str:
    """Age in days in short: "62 d", "in 5 d", "today"."""
    return "" if days_overdue is None else ages.days_words(days_overdue)


@register.filter
def bucket_label(key: str) -> str:
    return ages.bucket_label(key)


@register.simple_tag
def icon(name: str) -> SafeString:
    return _icon(name)


def _icon(name: str) -> SafeString:
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("web/icons.svg"), name
    )


@register.simple_tag
def key(keys: str, spoken: bool = False) -> SafeString:
    """Key hint: one <kbd> a key, "g c" makes two. A hint beside a name is not read aloud unless `spoken`."""
    caps = format_html_join(" ", "{}", ((_cap(cap),) for cap in keys.split()))
    hidden = BLANK if spoken else HIDDEN
    return format_html('<span class="key"{}>{}</span>', hidden, caps)


def _cap(name: str) -> SafeString:
    """One key; one that each country prints otherwise says which it is, for the help that a script fills."""
    if name not in NAMED_KEYS:
        return format_html("<kbd>{}</kbd>", name)
    return format_html('<kbd data-cap="{}">{}</kbd>', name, NAMED_KEYS[name])


@register.simple_tag
def money_cell(
    amount: int | Money | None, currency: str = "", href: str = "", label: str = "", zero: bool = False
) -> SafeString:
    """A right-aligned amount; blank for nothing, and for 0 unless `zero`. `href`: the lines behind it."""
    return format_html('<td class="num"{}>{}</td>', _data_label(label), _figure(amount, currency, href, zero))


@register.simple_tag
def made_up_cell(
    amount: int | Money | None,
    currency: str,
    parts: Mapping[str, int],
    href: str = "",
    label: str = "",
    keys: Sequence[str] = ages.DEFAULT_KEYS,
) -> SafeString:
    """An amount with, under it, the thin bar of its make-up by age. `parts`: bucket key → minor units."""
    figure, bar = _figure(amount, currency, href, zero=True), charts.bucket_bar(parts, currency, keys)
    return format_html('<td class="num made-up"{}>{}{}</td>', _data_label(label), figure, bar)


def _figure(amount: int | Money | None, currency: str, href: str, zero: bool) -> str:
    minor = amount.minor if isinstance(amount, Money) else amount
    shown = formats.money(amount, currency) if minor or (zero and minor == 0) else ""
    return format_html('<a href="{}">{}</a>', href, shown) if href and shown else shown


@register.simple_tag
def date_cell(value: dt.date | None, style: str = "", label: str = "") -> SafeString:
    return format_html('<td class="date"{}>{}</td>', _data_label(label), formats.day(value, style))


def _data_label(label: str) -> SafeString:
    return format_html(' data-label="{}"', label) if label else BLANK


@register.simple_tag
def age_badge(days_overdue: int, bounds: Sequence[int] = (30, 60, 90)) -> SafeString:
    """How late, in the colour of its bucket and in figures."""
    level = ages.level_of_days(days_overdue, bounds)
    return format_html('<span class="age age-{}">{}</span>', level, ages.days_words(days_overdue))


@register.simple_tag
def age_edge(bucket: str, keys: Sequence[str] = ages.DEFAULT_KEYS) -> SafeString:
    """The first cell of a row: a bar in the colour of the bucket, in words for those who hear the page."""
    level, words = ages.level_of_bucket(bucket, keys), ages.bucket_words(bucket)
    return format_html(
        '<td class="edge age-{}" title="{}"><span class="sr">{}</span></td>', level, words, words
    )


@register.simple_tag
def bucket_head(bucket: str, keys: Sequence[str] = ages.DEFAULT_KEYS) -> SafeString:
    """The head of a bucket's column, in its colour."""
    level, label = ages.level_of_bucket(bucket, keys), ages.bucket_label(bucket)
    return format_html('<th scope="col" class="num age-head age-{}">{}</th>', level, label)


@register.simple_tag
def bucket_bar(
    amounts: Mapping[str, int], currency: str, keys: Sequence[str] = ages.DEFAULT_KEYS
) -> SafeString:
    """The make-up of an amount by age, as a thin bar. `amounts`: bucket key → minor units."""
    return charts.bucket_bar(amounts, currency, keys)


@register.simple_tag
def ageing_chart(
    months: Sequence[tuple[dt.date, Mapping[str, int]]],
    currency: str,
    caption: str,
    keys: Sequence[str] = ages.DEFAULT_KEYS,
) -> SafeString:
    """Stacked columns of what was overdue at the end of each month, by bucket."""
    return charts.ageing_chart(months, currency, caption, keys)


@register.simple_tag(takes_context=True)
def sort_head(
    context: Context,
    column: str,
    label: str,
    numeric: bool = False,
    first: str = "asc",
    bucket: str = "",
    keys: Sequence[str] = ages.DEFAULT_KEYS,
) -> SafeString:
    """Head of a column that sorts: `?sort=column`, then `?sort=-column`. `first`: the first click's.

    `bucket`: the head has the colour of that bucket among `keys`.
    """
    colour = f" age-head age-{ages.level_of_bucket(bucket, keys)}" if bucket else ""
    request = context["request"]
    url, state = sort_address(request, column, first)
    arrow = {"ascending": "↑", "descending": "↓"}.get(state, "")
    return format_html(
        '<th scope="col" class="{}{}"{}><a href="{}">{}'
        '<span class="arrow" aria-hidden="true">{}</span></a></th>',
        "num" if numeric else "",
        colour,
        format_html(' aria-sort="{}"', state) if state else BLANK,
        url,
        label,
        arrow,
    )


@register.inclusion_tag("web/components/tabs.html")
def tabs(items: Sequence[Mapping[str, Any]], current: str, label: str = "") -> dict[str, Any]:
    """Views of one thing. `items`: mappings with key, label, url and perhaps count."""
    return {"items": items, "current": current, "label": label or _("Views")}


@register.inclusion_tag("web/components/field.html")
def field(bound: BoundField, wide: bool = False) -> dict[str, Any]:
    """A field of a form: label, widget, help, errors."""
    return {"field": bound, "wide": wide, "kind": bound.widget_type}


@register.inclusion_tag("web/components/action.html", takes_context=True)
def action(context: Context, label: str, url: str = "", **options: Any) -> dict[str, Any]:
    """Something that can be done. Options: key, icon, primary, quiet, danger, method ("post"), peek (opens in
    the side panel), dialog (id of the dialog it opens), form (id: acts on the selected rows), confirm."""
    return {"label": label, "url": url, "csrf_token": context.get("csrf_token"), **options}


@register.inclusion_tag("web/components/import_offer.html", takes_context=True)
def import_offer(context: Context) -> dict[str, Any]:
    """What to do where the books are missing: import them, or whom to ask who may."""
    shell = context["shell"]
    if shell.scope.may(Right.IMPORT):
        return {"url": reverse("imports", args=[shell.company.code])}
    return {"people": who_may(shell.company, Right.IMPORT)}


@register.inclusion_tag("web/components/progress.html")
def progress(percent: int | None, label: str, url: str = "", every: str = "1s") -> dict[str, Any]:
    """Long work: asks `url` again, which returns the same component until the work is done."""
    return {"percent": percent, "label": label, "url": url, "every": every}


@register.inclusion_tag("web/components/pager.html", takes_context=True)
def pager(context: Context, following: str = "", preceding: str = "", label: str = "") -> dict[str, Any]:
    """Keyset pages: `following` and `preceding` are cursors, put in `?after=` and `?before=`."""
    request = context["request"]
    return {
        "label": label,
        "next_url": address_with(request, after=following, before=None) if following else "",
        "previous_url": address_with(request, before=preceding, after=None) if preceding else "",
    }


@register.simple_block_tag
def datatable(
    content: str, label: str, fill: bool = False, cards: bool = False, keys: bool = True
) -> SafeString:
    """A table in a container of its own, which scrolls there and nowhere else.

    `fill`: takes the rest of the screen, head and totals stay. `cards`: on a phone each row becomes a card
    (give each cell a label). `keys`: rows with `data-row` can be walked.
    """
    return format_html(
        '<div class="table-box{}" role="region" aria-label="{}" tabindex="0">'
        '<table class="table{}"{}>{}</table></div>',
        " fill" if fill else "",
        label,
        " cards" if cards else "",
        mark_safe(" data-list") if keys else BLANK,
        content,
    )


@register.simple_block_tag(takes_context=True)
def filter_bar(context: Context, content: str, submit: str = "") -> SafeString:
    """A form of filters that keeps the view in the address: what is not in the bar is carried along."""
    named = re.findall(r'\bname="([^"]+)"', content)
    kept = context["shell"].parameters_beside(named)
    hidden = format_html_join("", '<input type="hidden" name="{}" value="{}">', kept)
    button = format_html('<button class="button">{}</button>', submit or _("Filter"))
    return format_html(
        '<form method="get" class="filters" role="search" aria-label="{}">{}{}{}</form>',
        _("Filters"),
        hidden,
        content,
        button,
    )


@register.simple_block_tag(takes_context=True)
def selection_bar(context: Context, content: str, form: str = "selection") -> SafeString:
    """What is selected in the list, its sum, and the acts on it (actions with `form=…`).

    Always in its place, so that nothing moves when a row is selected; with no selection the acts are for the
    row under the cursor.
    """
    none = _("Nothing selected: an act is for the current line")
    return format_html(
        '<form id="{}" method="post" hidden>'
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}"></form>'
        '<div class="selection-bar" data-selection data-words="{}" data-none="{}">'
        "<output>{}</output>{}</div>",
        form, context.get("csrf_token", ""), _("Selection: #"), none, none, content,
    )  # fmt: skip


@register.simple_block_tag
def empty_state(content: str, title: str, icon: str = "info") -> SafeString:
    """Nothing to show: why, and what to do first."""
    return format_html(
        '<div class="empty">{}<h2>{}</h2>{}</div>',
        _icon(icon),
        title,
        content,
    )


@register.simple_block_tag
def dialog(content: str, id: str, title: str) -> SafeString:  # noqa: A002
    """A native dialog, opened by an action with `dialog=id`. Closed by Escape or its own button."""
    return format_html(
        '<dialog id="{}" class="dialog" aria-labelledby="{}-title">'
        '<header role="none"><h2 id="{}-title">{}</h2>'
        '<form method="dialog"><button class="button quiet" aria-label="{}">{}</button></form></header>'
        "{}</dialog>",
        id, id, id, title, _("Close"), _icon("close"), content,
    )  # fmt: skip


MESSAGE_ICONS = {"success": "check", "error": "danger", "warning": "warning"}


@register.simple_tag
def message_parts(message: Message) -> dict[str, str]:
    """Level, icon, and the address that undoes the act (`extra_tags="undo=/…"`)."""
    extra = message.extra_tags or ""
    level = message.level_tag or "info"
    return {
        "level": level,
        "icon": MESSAGE_ICONS.get(level, "info"),
        "undo_url": extra.removeprefix("undo=") if extra.startswith("undo=") else "",
    }
