"""At what hours customers are called and in which words, as the company sets it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from exigible.calls.models import CallPolicy, CallScript
from exigible.calls.rules import OF_TONES, PARTS, TONES
from exigible.calls.scripts import Objection, default_script, filled, script_of, set_script, unknown_names
from exigible.kernel.errors import UserMistake
from exigible.timeline.models import Event

pytestmark = pytest.mark.django_db

HOURS = {
    "opens": "08:30", "closes": "17:30", "rests_from": "12:00", "rests_until": "14:00",
    "individual_opens": "", "individual_closes": "", "minutes_between_tries": "120", "tries_a_day": "2",
    "tries_in_a_row": "4", "rest_days": "10", "hold_days": "5",
}  # fmt: skip


@pytest.fixture
def senior(as_role, books):
    return as_role("senior")


def save(client, **changes):
    return client.post(reverse("call-policy", args=["ACO"]), HOURS | changes)


class TestHours:
    def test_they_are_kept_and_told_on_the_companys_timeline(self, senior):
        assert save(senior).status_code == 302
        policy = CallPolicy.objects.get()
        assert (f"{policy.opens:%H:%M}", policy.tries_in_a_row) == ("08:30", 4)
        assert Event.objects.filter(kind="call-policy-changed", customer=None).count() == 1

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"closes": "08:00"}, "closes"),
            ({"rests_from": ""}, "rests_until"),
            ({"rests_from": "07:00"}, "rests_from"),
            ({"individual_opens": "10:00"}, "individual_closes"),
            ({"individual_opens": "07:30", "individual_closes": "19:00"}, "individual_opens"),
            ({"individual_opens": "10:00", "individual_closes": "21:00"}, "individual_opens"),
            ({"tries_a_day": "9"}, "tries_a_day"),
            ({"hold_days": "0"}, "hold_days"),
        ],
    )
    def test_what_cannot_be_is_said_at_its_field(self, senior, changes, field):
        response = save(senior, **changes)
        assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
        assert not CallPolicy.objects.exists()

    def test_without_a_rest_the_day_is_one_stretch(self, senior):
        assert save(senior, rests_from="", rests_until="").status_code == 302

    def test_who_collects_does_not_set_them(self, collector):
        assert collector.get(reverse("call-policy", args=["ACO"])).status_code == 403


class TestScript:
    @pytest.mark.parametrize("language", ["fr", "en"])
    def test_the_words_of_the_program_name_only_what_is_known(self, language):
        script = default_script(language)
        for tone in TONES:
            assert [unknown_names(script.tones[tone][part], tone) for part in PARTS] == [[], [], []]
            values = dict.fromkeys(OF_TONES[tone], "x")
            assert all("{" not in filled(script.tones[tone][part], values) for part in PARTS)
        assert [unknown_names(one.answer) for one in script.objections] == [[]] * len(script.objections)

    @pytest.mark.parametrize("language", ["fr", "en"])
    def test_they_threaten_nobody(self, language):
        script = default_script(language)
        said = " ".join(
            [
                *(script.tones[tone][part] for tone in TONES for part in PARTS),
                *(o.answer for o in script.objections),
            ]
        ).lower()
        for word in (
            "huissier",
            "tribunal",
            "poursui",
            "pénal",
            "fich",
            "bailiff",
            "court",
            "sue",
            "blacklist",
        ):
            assert word not in said, word

    def test_in_both_languages_there_are_as_many_answers(self):
        assert len(default_script("fr").objections) == len(default_script("en").objections) == 9

    def post(self, client, **changes):
        script = default_script("fr")
        data = {f"{tone}-{part}": script.tones[tone][part] for tone in TONES for part in PARTS}
        for place, one in enumerate(script.objections):
            data |= {f"excuse-{place}": one.excuse, f"answer-{place}": one.answer}
        return client.post(reverse("call-script", args=["ACO", "fr"]), data | changes)

    def test_the_company_says_it_in_its_own_words(self, senior, books):
        changes = {"reminder-opening": "Bonjour, c’est {me} au sujet de {overdue}.", "excuse-3": ""}
        assert self.post(senior, **changes).status_code == 302
        own = script_of(books.company, "fr")
        assert own.is_own
        assert own.tones["reminder"]["opening"] == changes["reminder-opening"]
        assert len(own.objections) == 8
        assert not script_of(books.company, "en").is_own

    @pytest.mark.parametrize(
        ("field", "text"),
        [
            ("courtesy-opening", "Il reste {overdue}."),  # nothing is overdue yet
            ("reminder-opening", "Mise en demeure du {notice_on}."),  # none was sent
            ("firm-question", "Bonjour {nom}"),
            ("firm-closing", "Merci {"),
            ("answer-0", "Depuis le {oldest_due_on}"),
        ],
    )
    def test_a_name_that_may_not_be_known_then_is_refused(self, senior, field, text):
        response = self.post(senior, **{field: text})
        assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
        assert text in response.content.decode()
        assert not CallScript.objects.exists()

    def test_the_rule_holds_whoever_asks(self, books):
        tones = {tone: dict.fromkeys(PARTS, "{nom}") for tone in TONES}
        with pytest.raises(UserMistake, match="not known"):
            set_script(company=books.company, language="fr", tones=tones, objections=[], by=None)
        good = {tone: dict.fromkeys(PARTS, "Bonjour") for tone in TONES}
        with pytest.raises(UserMistake, match="not known"):
            bad = [Objection("Non", "{overdue}")]
            set_script(company=books.company, language="fr", tones=good, objections=bad, by=None)

    def test_the_words_of_the_program_come_back(self, senior, books):
        self.post(senior)
        assert senior.post(reverse("call-script-reset", args=["ACO", "fr"])).status_code == 302
        assert not script_of(books.company, "fr").is_own
        assert Event.objects.filter(kind="call-script-changed").count() == 2

    def test_there_is_no_third_language(self, senior):
        assert senior.get(reverse("call-script", args=["ACO", "de"])).status_code == 404
