"""Commands about companies and the ledger's invariants."""

from __future__ import annotations

import json
import sys

import click


@click.group("company")
def company_group() -> None:
    """Companies whose books are kept here."""


@company_group.command("add")
@click.argument("code")
@click.option("--name", required=True)
@click.option("--country", required=True, type=click.Choice(["FR", "MC", "MG"]))
@click.option("--currency", required=True)
@click.option("--json", "as_json", is_flag=True)
def company_add(code: str, name: str, country: str, currency: str, as_json: bool) -> None:
    """Open the books of a company."""
    from exigible.ledger.services import add_company

    company = add_company(code=code, name=name, country=country, currency=currency.upper(), by=None)
    result = {"code": company.code, "name": company.name, "country": country, "currency": company.currency}
    click.echo(json.dumps(result, ensure_ascii=False) if as_json else f"{company.code}: {company.name}")


@click.command("check")
@click.option("--json", "as_json", is_flag=True)
def check(as_json: bool) -> None:
    """Verify every invariant of the ledger on the whole database."""
    from exigible.ledger.check import run_checks

    findings = run_checks()
    if as_json:
        fields = ("name", "meaning", "broken", "examples")
        click.echo(json.dumps([{field: getattr(f, field) for field in fields} for f in findings]))
    else:
        for finding in findings:
            mark = "ok    " if not finding.broken else "BROKEN"
            told = f" ({finding.broken}: {', '.join(finding.examples)})" if finding.broken else ""
            click.echo(f"{mark} {finding.name:14} {finding.meaning}{told}")
    sys.exit(3 if any(finding.broken for finding in findings) else 0)
