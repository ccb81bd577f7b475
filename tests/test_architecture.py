"""What keeps the house one house: which room may know which, and how long a page of it may be."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import pytest
from django.core.management import call_command

ROOT = Path(__file__).parent.parent
SOURCES = sorted(path for path in (ROOT / "src").rglob("*.py") if "migrations" not in path.parts)


def lengths() -> Iterator[tuple[int, str]]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                yield length, f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"


def test_imports_go_down_only_and_rules_know_no_framework() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_function_fits_a_screen() -> None:
    found = list(lengths())
    too_long = sorted(f"{length} lines: {name}" for length, name in found if length > 60)
    assert not too_long, "\n".join(too_long)
    assert median(length for length, _ in found) <= 10
    assert quantiles([length for length, _ in found], n=10)[-1] <= 35


def test_a_file_is_read_in_one_sitting() -> None:
    counts = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    too_long = [f"{count} lines: {path.relative_to(ROOT)}" for path, count in counts.items() if count > 400]
    assert not too_long, "\n".join(too_long)


@pytest.mark.django_db
def test_the_tables_are_what_the_models_say() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=3)


def test_every_dependency_is_locked_by_hash_and_names_no_address() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    for name, needed in {
        "base": project["dependencies"],
        "dev": project["dependencies"] + extras["dev"],
        "bench": project["dependencies"] + extras["bench"],
    }.items():
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        locked = {line.split("==")[0].split("[")[0].lower() for line in text.splitlines() if "==" in line}
        wanted = {requirement_name(requirement) for requirement in needed}
        assert wanted <= locked, f"run `make lock`: {name}.txt lacks {wanted - locked}"
        assert "://" not in text
        assert "--index-url" not in text
        assert text.count("--hash=") >= len(locked)


def requirement_name(requirement: str) -> str:
    """The normal form of the project's name in a requirement."""
    name = requirement
    for mark in "[<>=;~! ":
        name = name.split(mark)[0]
    return name.lower().replace("_", "-")
