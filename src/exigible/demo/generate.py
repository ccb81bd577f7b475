"""Makes, from a seed, the files of a believable group of companies: the demo and the tests import them.

The same seed, size, day and countries give the same bytes. Customers are played one family at a time and
their entries spooled to disk, so that a million lines need little more memory than a thousand.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Literal

from exigible.demo.company import CompanyFiles
from exigible.demo.customers import Window
from exigible.demo.days import first_of_year, year_of
from exigible.demo.manifest import DemoFile, DemoManifest
from exigible.demo.notes import Note
from exigible.demo.profiles import PROFILES, SIZES, Profile, Size, people_of

SizeName = Literal["small", "medium", "large"]
HISTORY_YEARS = 3
DEFAULT_COUNTRIES = ("MC", "MG")
BANK_LAG_DAYS = 6
PREHISTORY_DAYS = 110


def generate(
    folder: Path,
    *,
    seed: int = 1,
    size: SizeName = "small",
    today: date | None = None,
    countries: Sequence[str] = DEFAULT_COUNTRIES,
) -> DemoManifest:
    """Write the demo group's files under `folder`, a sub-folder per company, and return what is true of them.

    `today` (default: the current day) ends three years of history; `countries` among MC, MG, FR picks the
    companies. Raises KeyError on an unknown size or country.
    """
    day = today or date.today()  # noqa: DTZ011  the user's own day
    window = window_until(day)
    profiles = [PROFILES[country] for country in countries]
    folder.mkdir(parents=True, exist_ok=True)
    manifest = DemoManifest(seed, size, day.isoformat(), [], [], people_of({p.code for p in profiles}))
    notes: list[Note] = []
    for profile in profiles:
        company = CompanyFiles(profile, folder, _share(profile, profiles, SIZES[size]), seed, window)
        manifest.companies.append(company.truth)
        with tempfile.TemporaryDirectory(prefix="exigible-demo-") as scratch:
            manifest.files.extend(company.make(Path(scratch)))
        notes.extend(company.notes)
    manifest.files.append(_write_notes(folder, notes))
    manifest.write(folder)
    return manifest


def window_until(today: date) -> Window:
    """The three fiscal years that end with the eve of `today`."""
    now = today.toordinal()
    horizon = now - 1
    month = today.year * 12 + today.month - 3
    first_year = year_of(horizon) - HISTORY_YEARS + 1
    return Window(
        today=now,
        horizon=horizon,
        bank_cutoff=horizon - BANK_LAG_DAYS,
        bank_start=date(month // 12, month % 12 + 1, 1).toordinal(),
        first_year=first_year,
        start=first_of_year(first_year),
        prehistory=first_of_year(first_year) - PREHISTORY_DAYS,
    )


def _share(profile: Profile, profiles: list[Profile], size: Size) -> Size:
    whole = sum(each.share for each in profiles)
    return Size(size.customers * profile.share // whole, size.items * profile.share // whole)


def _write_notes(folder: Path, notes: list[Note]) -> DemoFile:
    text = json.dumps([note.as_dict() for note in notes], ensure_ascii=False, indent=1)
    (folder / "notes.json").write_text(text + "\n", encoding="utf-8")
    return DemoFile("notes", "", "notes.json", len(notes))
