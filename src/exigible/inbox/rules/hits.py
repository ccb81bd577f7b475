"""The rules whose phrases are met in a reply: the words that spoke, for which kind, how strongly."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from exigible.inbox.rules.cues import Cue, Kind
from exigible.inbox.rules.cues_en import ENGLISH
from exigible.inbox.rules.cues_fr import FRENCH
from exigible.inbox.rules.days import Day
from exigible.inbox.rules.message import Reply
from exigible.inbox.rules.phrases import Sentence, phrase
from exigible.kernel.text import fold

SPEAKS: Final = 2.0
"""The weight from which a second kind counts as said too."""
_SAID_AGAIN: Final = 0.25
"""How much further hits for the same kind add."""
_FIRST_WORDS: Final = 1.12
"""What is said first is, more often than not, what the message is about."""

_ASIDE: Final = 0.35
"""What is left of a hit's weight where the sentence takes it back."""

_MONEY: Final = phrase("(virement|reglement|paiement|cheque|versement|payment|transfer|wire|check)s?")
_DATED: Final = re.compile(
    r"^(?:[\s,:]+(?:du|de|le|au|on|of|for|pour|dated|fait|prevu|scheduled|date|en|bancaire|d|ici|valeur"
    r"|by|sera|the|avant"
    r"|\d[\d ,.]*|eur|euros?|€|ar|mga)){0,5}[\s,:]*$"
)
_CONDITION: Final = phrase(
    "(des que|des|a reception|apres|une fois|sous reserve|si|a condition|lorsque|quand|attend*|once"
    "|as soon as|when|upon|after|if|provided|subject to|tant que|until) ... (avoirs?|factures?|copies?"
    "|rib|duplicatas?|bons?|litiges?|corrig*|correct*|correction|documents?|releves?|justificatifs?"
    "|attestations?|livraisons?|livre*|invoices?|copy|copies|credit notes?|credits?|statements?|details"
    "|corrected|resolved|resolution|disputes?|delivery|delivered|proof|pod|replac*|repar*|repair*|iban"
    "|probleme*|issue|certificate|reponse|original*|received|recu*|complete*|termine*)"
)
_ASKED_ABOUT: Final = phrase(
    "(verifie*|regarde*|renseign*|savoir|sais pas|cherche*|demande*|vois|voir|voyons"
    "|check*|see|find out|ask*|know|sure|chas*|look*) ... (si|whether|if|pourquoi|why|ou en est|quand|when)"
)
_ASKED_OF_US: Final = phrase(
    "(pouvez|pourriez|peux tu|pouvez-vous|pourriez-vous|veuillez|merci de|vous demande*|demandons|avez|please"
    "|can you|could you|did you|kindly|you (should|can|could))"
)
_SETTLED: Final = phrase(
    "((litiges?|differends?|reserves?|contest*|conteste|doutes?|probleme*|casse|blocage*|disput*|quer(y|ies)"
    "|issues?|reclamations?|complaints?) ... (clos*|regle*|leve*|resol*|arrange*|remplace*|corrige*|termine*"
    "|closed|resolved|settled|sorted|lifted|cleared)|(plus|pas|aucune?|no|no longer|without) (d |de |any )?"
    "(sujet|objections?|litiges?|contestations?|reserves?|disputes?|complaints?|objections?|quer(y|ies)))"
)
_RECEIVED: Final = phrase(
    "((merci|remercie*|thanks?|thank you) (beaucoup |bien |vous )?(pour|de|d|for) ... (copies?|duplicatas?"
    "|rib|iban|details?|releves?|pieces|factures?|bons?|avoir|statements?|invoices?|timesheets?|breakdown"
    "|bank details|credit notes?|envoi)|(rib|copie|duplicata|avoir|releve|copy|statement|iban|credit note) "
    "(est |has |was )*(bien )?(recue?|arrivee?|received|arrived|noted|came))"
)
_ASKED_ELSEWHERE: Final = phrase(
    "((ai|avons|a|je|nous|on) (deja |donc )*(demande|demandons|relance|reclame)e? ... "
    "(au|aux|a (la|mon|ma|notre|nos))"
    "|(have|ve|i|we) (already |just )?(asked|requested|chased) ... "
    "(from|my|our|the (site|store|buyer|warehouse)|him|her))"
)
_ALONE: Final = re.compile(
    r"(?:ok|oui|yes|d accord|entendu|bonjour|bonsoir|salut|hi|hello|le|ce|pour|on|by|pas avant|sans faute"
    r"|promis|au plus tard|at the latest|sure|parole|sera fait|merci|desole|sorry|s il vous plait|please"
    r"|donc|so|et|and|virement|paiement|reglement|payment|it s|c est|prevu|matin|soir|morning|first thing"
    r"|midi|debut|fin|[\s.,!:])*"
)
"""What may stand beside a day that is the whole answer ("OK vendredi sans faute")."""
_PROOF_NAME: Final = re.compile(
    r"(?:virement|paiement|reglement|payment|swift|mt103|remittance|transfer|wire|proof|preuve|avis"
    r"|ordre|cheque|debit)"
)
_NOT_PROOF_NAME: Final = re.compile(r"(?:facture|invoice|litige|avoir|credit|echeancier|relance|reminder)")


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that spoke."""

    code: str
    """The rule's name, for the message shown ("paid", "credit-note")."""
    kind: Kind
    weight: float
    words: str
    """The sender's own words that decided; for a header or an attachment, it itself."""
    place: int
    """The sentence, from 0; -1 for the subject, a header or an attachment."""


def hits_in(sentence: Sentence, days: list[Day]) -> Iterator[Hit]:
    """The rules that speak in a sentence, in which `days` are named."""
    hits = [hit for cue in (*FRENCH, *ENGLISH) if (hit := _hit(cue, sentence))]
    if not any(hit.kind in (Kind.PROMISE, Kind.PAID) and hit.weight >= 2 for hit in hits):
        hits += _dated_payment(sentence, days)
    if not hits:
        hits += _day_alone(sentence, days)
    if condition := _CONDITION.search(sentence.plain):
        hits = list(_conditional(hits, sentence, condition))
    yield from (_in_its_place(hit, sentence) for hit in hits)


def _hit(cue: Cue, sentence: Sentence) -> Hit | None:
    found = next((match for pattern in cue.sought if (match := pattern.search(sentence.plain))), None)
    if found is None or any(pattern.search(sentence.plain) for pattern in cue.unless):
        return None
    weight = cue.weight * (0.75 if sentence.place < 0 else 1)
    return Hit(cue.code, cue.kind, weight, sentence.original(*found.span()), sentence.place)


def _dated_payment(sentence: Sentence, days: Iterable[Day]) -> Iterator[Hit]:
    """A payment with a day and no verb ("virement du 12", "payment Friday"): the day tells which it is."""
    for money in _MONEY.finditer(sentence.plain):
        for day in days:
            if day.start >= money.end() and _DATED.match(sentence.plain[money.end() : day.start]):
                words = sentence.original(money.start(), day.end)
                kind = Kind.PROMISE if day.ahead else Kind.PAID
                weight = 1.6 if day.ahead and day.behind else 2.4
                yield Hit("dated-payment", kind, weight, words, sentence.place)
                return


def _day_alone(sentence: Sentence, days: Sequence[Day]) -> Iterator[Hit]:
    """A day to come and nothing more answers the question that every reminder asks."""
    if len(days) == 1 and days[0].ahead:
        rest = sentence.plain[: days[0].start] + " " + sentence.plain[days[0].end :]
        if _ALONE.fullmatch(rest):
            words = sentence.original(days[0].start, days[0].end)
            yield Hit("day-alone", Kind.PROMISE, 1.8, words, sentence.place)


def _in_its_place(hit: Hit, sentence: Sentence) -> Hit:
    """A hit weighs less on what is only asked about, on a dispute that is over, on a document that came."""
    about = _ASKED_ABOUT.search(sentence.plain)
    if about and hit.kind in (Kind.PAID, Kind.PROMISE) and not _ASKED_OF_US.search(sentence.plain):
        return replace(hit, weight=hit.weight * _ASIDE)
    if hit.kind is Kind.DISPUTE and _SETTLED.search(sentence.plain):
        return replace(hit, weight=hit.weight * _ASIDE)
    if hit.kind is Kind.REQUEST and _ASKED_ELSEWHERE.search(sentence.plain):
        return replace(hit, weight=hit.weight * _ASIDE)
    if hit.kind in (Kind.REQUEST, Kind.DISPUTE) and _RECEIVED.search(sentence.plain):
        return replace(hit, weight=hit.weight * _ASIDE)
    return hit


def _conditional(hits: Iterable[Hit], sentence: Sentence, condition: re.Match[str]) -> Iterator[Hit]:
    """ "We will pay once we have the invoice" asks for the invoice; the promise hangs on it."""
    for hit in hits:
        if hit.kind in (Kind.PROMISE, Kind.PAID):
            yield replace(hit, weight=hit.weight * 0.45)
        else:
            yield hit
    if any(hit.kind is Kind.PROMISE for hit in hits) and not any(hit.kind is Kind.DISPUTE for hit in hits):
        words = sentence.original(*condition.span())
        yield Hit("payment-depends", Kind.REQUEST, 1.6, words, sentence.place)


def hits_of_attachments(reply: Reply) -> Iterator[Hit]:
    for name in reply.attachments:
        plain = fold(name)
        if _PROOF_NAME.search(plain) and not _NOT_PROOF_NAME.search(plain):
            yield Hit("proof-attached", Kind.PAID, 2.4, name, -1)
            return


def weighed_by_author(hits: list[Hit], reply: Reply) -> list[Hit]:
    """A machine promises nothing; and who is away and names a colleague has not left."""
    best = _best(hits)
    left = any(hit.code == "no-longer-there" for hit in hits)
    away = best.get(Kind.OUT_OF_OFFICE, 0.0)
    if reply.automatic:
        sign = Hit(
            "automatic", Kind.OUT_OF_OFFICE if away and not left else Kind.OTHER, 2.2, reply.automatic[0], -1
        )
        spoken = (Kind.PROMISE, Kind.PAID, Kind.DISPUTE, Kind.REQUEST)
        hits = [replace(hit, weight=hit.weight * 0.4) if hit.kind in spoken else hit for hit in hits]
        if not left:
            hits.append(sign)
    elif (
        max(
            (best.get(kind, 0.0) for kind in (Kind.PROMISE, Kind.PAID, Kind.DISPUTE, Kind.REQUEST)), default=0
        )
        >= 2
    ):
        hits = [
            replace(hit, weight=hit.weight * 0.6) if hit.kind is Kind.OUT_OF_OFFICE else hit for hit in hits
        ]
    damped = Kind.OUT_OF_OFFICE if left else Kind.CONTACT if away >= 2 else None
    return [replace(hit, weight=hit.weight * 0.45) if hit.kind is damped else hit for hit in hits]


def _best(hits: Iterable[Hit]) -> dict[Kind, float]:
    best: dict[Kind, float] = {}
    for hit in hits:
        best[hit.kind] = max(hit.weight, best.get(hit.kind, 0.0))
    return best


def scores_of(hits: Iterable[Hit]) -> dict[Kind, float]:
    """By kind: the weightiest hit, and a part of the others; politeness is nothing beside what is said."""
    by_kind: dict[Kind, list[Hit]] = defaultdict(list)
    first = min((hit.place for hit in hits if hit.place >= 0 and hit.weight >= SPEAKS), default=0)
    for hit in hits:
        by_kind[hit.kind].append(hit)
    scores: dict[Kind, float] = {}
    for kind, found in by_kind.items():
        weights = sorted((h.weight * (_FIRST_WORDS if h.place <= first else 1) for h in found), reverse=True)
        scores[kind] = weights[0] + _SAID_AGAIN * sum(weights[1:4])
    other = by_kind.get(Kind.OTHER, [])
    if len(scores) > 1 and not any(hit.code in _WEIGHTY for hit in other):
        most = max(score for kind, score in scores.items() if kind is not Kind.OTHER)
        if Kind.OTHER in scores and most >= SPEAKS:
            scores[Kind.OTHER] = min(scores[Kind.OTHER] * 0.5, most - 1)
    return scores


_WEIGHTY: Final = frozenset(("insolvency", "automatic", "bank-details-change"))
"""What of the kind "other" stays said beside a promise or a dispute."""
