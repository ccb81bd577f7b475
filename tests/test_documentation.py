"""What the documents promise holds in the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.apps import apps

ROOT = Path(__file__).parent.parent
OURS = [model for model in apps.get_models() if model.__module__.startswith("exigible.")]


@pytest.mark.parametrize("model", OURS, ids=lambda model: str(model.__name__))
def test_every_model_stands_in_the_glossary(model):
    assert f"`{model.__name__}`" in (ROOT / "docs/glossary.md").read_text(encoding="utf-8")


def test_every_decision_is_listed():
    listed = (ROOT / "docs/decisions/README.md").read_text(encoding="utf-8")
    assert [p.name for p in sorted((ROOT / "docs/decisions").glob("0*.md")) if p.name not in listed] == []


@pytest.mark.parametrize("document", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_links_to_files_lead_somewhere(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_command_says_what_it_does():
    from exigible.cli import cli

    result = CliRunner().invoke(cli, ["--help"])
    assert result.exit_code == 0
    for command in (
        "init",
        "demo",
        "serve",
        "import",
        "aged-balance",
        "statement",
        "dunning",
        "worklist",
        "check",
    ):
        assert re.search(rf"^  {command} +\S", result.output, re.MULTILINE), command
