"""Reminders on the command line."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from exigible.dunning.services import SendReport
    from exigible.ledger.models import Company


@click.group("dunning")
def dunning_group() -> None:
    """Reminders: propose, approve, send."""


@dunning_group.command("run")
@click.option("--company", "code", required=True)
@click.option("--date", "on", type=click.DateTime(["%Y-%m-%d"]), help="the day (default: today)")
@click.option("--dry-run", is_flag=True, help="decide, and write nothing")
@click.option("--approve", type=click.Choice(["all"]), help="approve what is proposed, and send it")
@click.option("--now", "early", is_flag=True, help="with --approve: send even before the day of the run")
@click.option("--json", "as_json", is_flag=True)
def dunning_run(
    code: str, on: datetime | None, dry_run: bool, approve: str | None, early: bool, as_json: bool
) -> None:
    """Propose the reminders of a day; with --approve all, send them too.

    Nothing leaves without approval. The same day again gives the same run: what was sent is not sent twice.
    A run is for a business day: asked for a day off, it is that of the next one.
    """
    from django.utils import timezone

    from exigible.dunning.facts import run_day
    from exigible.dunning.readiness import lack_sentences
    from exigible.ledger.queries import find_company

    if dry_run and approve:
        raise click.UsageError("--dry-run and --approve do not go together")
    if early and not approve:
        raise click.UsageError("--now goes with --approve")
    company = find_company(code)
    day = run_day(company, on.date() if on else timezone.localdate())
    result = _previewed(company, day) if dry_run else _run(company, day, approve, early=early)
    for sentence in lack_sentences(result["lacks"]):
        click.echo(sentence, err=True)
    click.echo(json.dumps(result, ensure_ascii=False) if as_json else "\n".join(_lines(result)))


def _previewed(company: Company, day: date) -> dict[str, Any]:
    from exigible.dunning import results
    from exigible.dunning.services import preview_run

    return results.of_preview(company, preview_run(company=company, on=day))


def _run(company: Company, day: date, approve: str | None, *, early: bool) -> dict[str, Any]:
    from exigible.dunning import results, services

    if approve and not early:
        services.refuse_before_its_day(day)
    run = services.propose_run(company=company, on=day, by=None)
    if approve:
        services.approve(run=run, by=None)
        _tell(services.send_run(run=run, by=None, early=early))
        run.refresh_from_db()
    return results.of_run(run)


def _tell(report: SendReport) -> None:
    """What became of the messages, on standard error."""
    from exigible.dunning.reasons import problem_sentence, state_name

    for state, count in sorted(report.states.items()):
        click.echo(f"{count} {state_name(state)}", err=True)
    if report.problem:
        click.echo(problem_sentence(report.problem), err=True)


def _lines(result: dict[str, Any]) -> list[str]:
    """The run for reading in a terminal."""
    from django.utils.translation import gettext as _

    rows = [
        f"{a['step']:14} {a['channel']:7} {a['customer']:14} {a['amount']:>16} {a['currency']}  {a['reason']}"
        for a in result["actions"]
    ]
    held = [
        f"{h['customer']:14} {h['amount']:>16} {h['currency']}  {h['reason']}" for h in result["held_back"]
    ]
    return [
        _("Reminders of {day}: {count}").format(day=result["date"], count=len(rows)),
        *rows,
        _("Held back: {count}").format(count=len(held)),
        *held,
    ]
