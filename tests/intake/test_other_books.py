"""Books that are another firm's, or a part only, do not reverse ours without being asked."""

from __future__ import annotations

import pytest
from tests.intake.fec_text import codes, fec_bytes, import_books, parse_lines, preview_books

from exigible.cli import run
from exigible.intake.models import Import
from exigible.intake.rules import reverses_many
from exigible.intake.services import apply, confirm_reversals, preview
from exigible.ledger.models import OpenItem

pytestmark = pytest.mark.django_db

OURS = "111222333FEC20251231.txt"
THEIRS = "123456782FEC20251231.txt"
YEAR = "\n".join(f"2025-01-{1 + n % 28:02d} sale F-{n} C{n % 9} {100 + n}.00" for n in range(120))
OTHER = "2025-01-02 sale Z-1 ZED 10.00\n2025-12-30 sale Z-2 ZED 20.00"


def reversed_items(company) -> int:
    return OpenItem.objects.filter(company=company, is_reversed=True).count()


def say_that_it_is_ours(job: Import) -> Import:
    job.options["other_siren"] = True
    job.save(update_fields=["options"])
    return preview(job)


class TestOtherSiren:
    def test_of_a_company_without_one_the_first_file_tells_it(self, company):
        import_books(company, YEAR, name=OURS)
        job = preview_books(company, YEAR, name=THEIRS)
        assert (job.state, codes(job)) == ("refused", ["other-siren"])
        assert (job.problems[0]["found"], job.problems[0]["expected"]) == ("123456782", "111222333")

    def test_the_companys_own_goes_before(self, company):
        company.siren = "123 456 782"
        company.save(update_fields=["siren"])
        assert preview_books(company, YEAR, name=OURS).state == "refused"
        assert preview_books(company, YEAR, name=THEIRS).state == "ready"

    def test_a_name_without_a_siren_says_nothing(self, company):
        import_books(company, YEAR, name=OURS)
        assert preview_books(company, YEAR).state == "ready"

    def test_a_person_may_say_that_the_books_are_ours_and_is_not_asked_again(self, company):
        import_books(company, YEAR, name=OURS)
        job = say_that_it_is_ours(preview_books(company, YEAR, name=THEIRS))
        assert apply(job).state == "applied"
        assert preview_books(company, YEAR, name=THEIRS).state == "ready"


class TestManyReversals:
    @pytest.mark.parametrize(
        ("removed", "held", "many"),
        [(49, 49, False), (50, 250, True), (50, 251, False), (2025, 2030, True), (0, 0, False)],
    )
    def test_are_dozens_and_a_fifth_of_what_the_books_had(self, removed, held, many):
        assert reverses_many(removed, held) is many

    def test_are_written_only_once_confirmed(self, company):
        import_books(company, YEAR, "2025-12-31")
        job = preview_books(company, OTHER, "2025-12-31")
        assert codes(job) == ["reverses-many"]
        assert apply(job).state == "refused"
        assert reversed_items(company) == 0
        job = preview(job)
        confirm_reversals(job=job)
        assert apply(job).state == "applied"
        assert reversed_items(company) == 120

    def test_comparing_anew_asks_anew(self, company):
        import_books(company, YEAR, "2025-12-31")
        job = preview_books(company, OTHER, "2025-12-31")
        assert job.result["asks"] == ["reverses-many"]
        few = preview_books(company, "\n".join(YEAR.splitlines()[:100]), "2025-12-31")
        assert "asks" not in few.result

    def test_a_correction_of_every_document_is_none(self, company):
        import_books(company, YEAR, "2025-12-31")
        job = preview_books(company, YEAR.replace(".00", ".50"), "2025-12-31")
        assert (codes(job), job.result["detail"]["items_corrected"]) == ([], 120)


class TestFromATerminal:
    @pytest.fixture(autouse=True)
    def prepared(self, monkeypatch):
        monkeypatch.setattr("exigible.runtime.setup.prepare", lambda: None)

    def write(self, folder, name, text, *others):
        path = folder / name
        path.write_bytes(fec_bytes(parse_lines(text), *others))
        return str(path)

    def test_another_siren_is_1_and_can_be_overridden(self, company, tmp_path, capsys):
        import_books(company, YEAR, name=OURS)
        path = self.write(tmp_path, THEIRS, YEAR)
        assert run(["import", "fec", path, "--company", company.code]) == 1
        assert "--other-siren" in capsys.readouterr().out
        assert run(["import", "fec", path, "--company", company.code, "--other-siren"]) == 0

    def test_a_trial_tells_of_the_reversals_and_the_import_is_1_until_confirmed(
        self, company, tmp_path, capsys
    ):
        import_books(company, YEAR, "2025-12-31")
        path = self.write(tmp_path, "fec_propre.txt", OTHER)
        import_it = ["import", "fec", path, "--company", company.code]
        assert run([*import_it, "--dry-run"]) == 0
        assert "--reverse" in capsys.readouterr().out
        assert run(import_it) == 1
        assert "--reverse" in capsys.readouterr().out
        assert reversed_items(company) == 0
        assert run([*import_it, "--reverse"]) == 0
        assert reversed_items(company) > 100
