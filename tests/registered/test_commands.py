"""The tracking file of the carrier, read by a command: a night job tells by its status what went wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from exigible.cli import cli

pytestmark = pytest.mark.django_db


def test_a_file_is_noted_and_what_could_not_be_is_told(posted, later, tmp_path: Path):
    file = tmp_path / "suivi.csv"
    file.write_text(
        "Numéro;Date;Statut\n1A12345678901;25/11/2026;Distribué\n2C12345678902;25/11/2026;Mangé\n"
    )
    with later(4):
        done = CliRunner().invoke(
            cli, ["registered", "tracking", str(file), "--company", "ACO", "--json"], standalone_mode=False
        )
    told = json.loads(done.stdout)
    assert (told["noted"], told["known"], told["others"], done.return_value) == (1, 0, 0, 1)
    assert "Mangé" in told["problems"][0]
