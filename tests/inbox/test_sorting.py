"""A reply is sorted by the words in it; what is unsure is left to a person."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from tests.inbox.replies import WRITTEN_ON, Judged, confusion, judged, macro_f1
from tests.inbox.test_message import REPORT

from exigible.inbox.rules.cues import Kind
from exigible.inbox.rules.details import details_of
from exigible.inbox.rules.message import Reply, read_bytes
from exigible.inbox.rules.sorting import Verdict, sort_reply


def sort(words: str, **more: str | tuple[str, ...]) -> Verdict:
    return sort_reply(Reply(words=words, **more), today=WRITTEN_ON)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Le virement a été effectué le 12/11.", Kind.PAID),
        ("Le virement sera effectué le 12/12.", Kind.PROMISE),
        ("Nous n'avons pas encore payé, ce sera fait vendredi.", Kind.PROMISE),
        ("Nous n'avons pas encore payé.", Kind.OTHER),
        ("Nous ne paierons pas tant que l'avoir n'est pas émis.", Kind.DISPUTE),
        ("Nous paierons dès réception de la copie de la facture.", Kind.REQUEST),
        ("Nous n'avons pas reçu la facture.", Kind.REQUEST),
        ("Nous n'avons pas reçu la marchandise.", Kind.DISPUTE),
        ("Avez-vous reçu notre virement du 12 ?", Kind.PAID),
        ("We have paid.", Kind.PAID),
        ("We have not paid.", Kind.OTHER),
        ("We will not pay.", Kind.DISPUTE),
        ("We will pay.", Kind.PROMISE),
        ("Je suis absent du 20 au 30 novembre.", Kind.OUT_OF_OFFICE),
        ("Merci de contacter désormais Mme Fabre : c.fabre@client.fr", Kind.CONTACT),
        ("Bonne réception, je transmets à la comptabilité.", Kind.OTHER),
    ],
)
def test_tense_negation_and_condition_decide(words: str, kind: Kind) -> None:
    assert sort(words).kind is kind


@pytest.mark.parametrize(
    "words", ["vir fait hier", "VIREMENT EFFECTUE HIER", "viremnt éffectué hier", "Vir. effectue hier"]
)
def test_accents_abbreviations_and_typos_change_nothing(words: str) -> None:
    verdict = sort(words)
    assert (verdict.kind, verdict.is_unsure) == (Kind.PAID, False)


def test_the_words_that_decided_are_shown_as_written() -> None:
    hit = sort("Bonjour. Le Règlement a été effectué le 12.").why[0]
    assert (hit.code, hit.words) == ("payment-made", "Règlement a été effectué")


@pytest.mark.parametrize(("day", "kind"), [("30/11", Kind.PROMISE), ("12/11", Kind.PAID)])
def test_a_payment_with_a_date_and_no_verb_is_told_by_the_date(day: str, kind: Kind) -> None:
    assert sort(f"Virement le {day}").kind is kind


@pytest.mark.parametrize("words", ["", "Voir ci-dessous.", "Bonne année !", "😀", "?", "1 250,00"])
def test_what_says_nothing_is_left_to_a_person(words: str) -> None:
    verdict = sort(words)
    assert (verdict.kind, verdict.is_unsure) == (Kind.OTHER, True)


def test_two_things_said_are_both_told() -> None:
    verdict = sort("INV-20410 will be paid on Friday. INV-20417 is disputed, the goods were damaged.")
    assert {verdict.kind, *verdict.also} == {Kind.PROMISE, Kind.DISPUTE}
    assert verdict.is_unsure


def test_a_colleague_named_in_an_absence_is_no_change_of_contact() -> None:
    verdict = sort(
        "I am out of office until 1 December. In my absence please contact Bob.",
        automatic=("Auto-Submitted: x",),
    )
    assert (verdict.kind, verdict.also) == (Kind.OUT_OF_OFFICE, ())


def test_a_machine_that_says_who_left_changes_the_contact() -> None:
    assert (
        sort("I have left the company, write to ap@x.com.", automatic=("Auto-Submitted: x",)).kind
        is Kind.CONTACT
    )


def test_an_absent_accountant_does_not_undo_a_promise() -> None:
    assert sort("Notre comptable est en congés, nous réglerons à son retour le 30.").kind is Kind.PROMISE


def test_a_proof_attached_speaks() -> None:
    verdict = sort("Voici.", attachments=("avis_de_virement.pdf",))
    assert (verdict.kind, verdict.why[0].words) == (Kind.PAID, "avis_de_virement.pdf")


def test_an_insolvency_is_never_a_promise() -> None:
    verdict = sort("Société en redressement judiciaire, vous serez payés par le mandataire.")
    assert verdict.kind is Kind.OTHER
    assert verdict.why[0].code == "insolvency"


def test_our_own_subject_decides_nothing_but_theirs_does() -> None:
    assert sort("Bonjour", subject="RE: Litige facture 12").is_unsure
    assert sort("Bonjour", subject="Litige facture 12").kind is Kind.DISPUTE


def test_a_bounce_is_no_opinion() -> None:
    verdict = sort_reply(read_bytes(REPORT), today=WRITTEN_ON)
    assert (verdict.kind, verdict.why[0].code) == (Kind.OTHER, "bounce")


@pytest.fixture(scope="module")
def known() -> list[Judged]:
    return list(judged(Path(__file__).with_name("replies_dev.jsonl")))


def test_replies_known_when_the_rules_were_written_are_sorted_well(known: list[Judged]) -> None:
    pairs = [(reply.kind, reply.verdict().kind) for reply in known]
    assert len(pairs) >= 150
    assert macro_f1(pairs) >= 0.9, confusion(pairs)


def test_a_wrong_verdict_is_rarely_a_sure_one(known: list[Judged]) -> None:
    verdicts = [(reply, reply.verdict()) for reply in known]
    wrong = [r.id for r, v in verdicts if v.kind is not r.kind and v.kind not in r.also and not v.is_unsure]
    assert len(wrong) <= len(known) // 50, wrong
    assert sum(v.is_unsure for _, v in verdicts) <= len(known) // 10


def test_the_table_of_confusion_counts_what_was_said_of_what_is() -> None:
    table = confusion([(Kind.PROMISE, Kind.PROMISE), (Kind.PROMISE, Kind.DISPUTE)]).splitlines()
    assert table[0].split() == [str(kind) for kind in Kind]
    assert table[1].split() == ["promise", "1", "0", "1", "0", "0", "0", "0"]


@pytest.mark.parametrize(
    "words",
    ["le " * 20_000, "virement " * 6_000, "a ete bien deja " * 3_000,
     "pas recu encore " * 3_000, "1 " * 30_000,
     "x" * 60_000,
     "we have already just now all " * 2_000, "le 15 " * 9_000, "paye.\n" * 9_000],
)  # fmt: skip
def test_no_text_holds_it_up(words: str) -> None:
    started = time.perf_counter()
    verdict = sort(words)
    details_of(Reply(words=words), verdict, today=WRITTEN_ON, currency="EUR")
    assert time.perf_counter() - started < 5


def test_thanks_beside_what_is_not_understood_is_left_to_a_person() -> None:
    assert not sort("Bien reçu, merci.").is_unsure
    assert sort("Bien reçu. Les montagnes sont belles en cette saison chez nous.").is_unsure


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Vendredi sans faute.", Kind.PROMISE),
        ("jpaye demain", Kind.PROMISE),
        ("Payé hier par virement", Kind.PAID),
        ("J'ai demandé à la compta de vérifier si le virement était parti.", Kind.OTHER),
        ("I'm checking with accounts whether the transfer went out.", Kind.OTHER),
        ("Pouvez-vous vérifier si vous avez reçu notre virement ?", Kind.PAID),
        ("Le litige est clos, nous réglerons vendredi.", Kind.PROMISE),
        ("Merci pour la copie de la facture, je la mets en paiement demain.", Kind.PROMISE),
        ("Merci de corriger le nombre d'heures sur la facture : 40 et non 64.", Kind.DISPUTE),
        ("Merci de corriger l'adresse sur la facture, le montant est bon.", Kind.REQUEST),
        ("Nous attendons le remboursement de TVA, vous serez payés avec le 8.", Kind.PROMISE),
    ],
)
def test_what_is_asked_about_or_over_or_received_says_nothing_of_itself(words: str, kind: Kind) -> None:
    assert sort(words).kind is kind


@pytest.mark.parametrize(
    "words",
    [
        "Jusqu'au 30 novembre, profitez de nos offres exceptionnelles sur les consommables d'impression.",
        "Offres jusqu'au 30 novembre : fournitures de bureau à -40 %",
        "Black Friday : -50 % sur le mobilier, offres valables jusqu'au 30 novembre. Cliquez ici.",
        "Our deals end on 30 November, shop now.",
    ],
)
def test_how_long_an_offer_stands_is_no_absence_and_no_promise(words: str) -> None:
    assert sort(words).kind is Kind.OTHER


def test_an_offer_under_a_reply_does_not_hide_what_it_says() -> None:
    assert sort("Nous réglerons vendredi. Découvrez nos offres sur notre site.").kind is Kind.PROMISE
    absent = "Je suis en congés jusqu'au 30 novembre. Découvrez nos offres jusqu'au 15 décembre !"
    assert sort(absent).kind is Kind.OUT_OF_OFFICE


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Le mandat n° 412 a été émis le 18 novembre.", Kind.PAID),
        ("Le mandat n° 412 a été émis. Pour toute question, contacter la trésorerie.", Kind.PAID),
        ("Votre facture a été mandatée.", Kind.PAID),
        ("La facture a été mandatée le 12/11, bordereau 56.", Kind.PAID),
        ("La facture sera mandatée la semaine prochaine.", Kind.PROMISE),
        ("La facture n'a pas été mandatée car il manque le numéro d'engagement.", Kind.REQUEST),
    ],
)
def test_a_public_body_that_has_ordered_payment_says_that_it_paid(words: str, kind: Kind) -> None:
    assert sort(words).kind is kind


def test_a_dispute_that_is_over_is_not_told_as_a_second_kind() -> None:
    assert Kind.DISPUTE not in sort("Le litige est clos, nous réglerons vendredi.").also
