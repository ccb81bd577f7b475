"""Sentences as they are compared, and phrases as they are sought in them, whatever accents and typos."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from exigible.kernel.text import fold

_MOST_SENTENCES: Final = 120
_MOST_WORDS: Final = 70
_END: Final = re.compile(r"(?<=[.!?;…])\s+(?=\S)|\n\s*\n|\n(?=\s*(?:[-•*–·o]|\d+[.)])\s)|\n(?=\s*[A-ZÀ-Ü])")
_ABBREVIATION_END: Final = re.compile(
    r"(?:\b(?:m|mr|mme|mlle|dr|st|ste|ref|no|n°|nos|fact|inv|réf|art|tél|tel|cf|ex|env|av|bd|janv?|févr?"
    r"|fev|avr"
    r"|juil|sept|oct|nov|déc|dec|feb|aug|sep|règl|vir|approx|etc)|\b[a-z])\.$",
    re.IGNORECASE,
)
_NOT_A_LETTER: Final = re.compile(r"[^a-z0-9@€$£%/.,:?+_-]+")

ABBREVIATIONS: Final = {
    "vir": "virement", "virt": "virement", "vrt": "virement", "virmt": "virement", "virmnt": "virement",
    "fact": "facture", "facts": "factures", "fac": "facture", "fct": "facture", "ftr": "facture",
    "fra": "facture", "rglt": "reglement", "rgt": "reglement", "reglt": "reglement", "regl": "reglement",
    "rglmt": "reglement", "regt": "reglement", "chq": "cheque", "chk": "cheque", "pmt": "payment",
    "pymt": "payment", "pymnt": "payment", "pmnt": "payment", "pt": "payment", "inv": "invoice",
    "invs": "invoices", "compta": "comptabilite", "svp": "s il vous plait", "stp": "s il te plait",
    "pls": "please", "plz": "please", "pb": "probleme", "pbm": "probleme", "qd": "quand", "bcp": "beaucoup",
    "ds": "dans", "ns": "nous", "vs": "vous", "ac": "avec", "tt": "tout",
    "tjs": "toujours", "tjrs": "toujours",
    "pr": "pour", "jms": "jamais", "cde": "commande", "bdc": "bon de commande", "livr": "livraison",
    "bl": "bon de livraison", "eom": "end of month", "asap": "as soon as possible", "adr": "adresse",
    "tel": "telephone", "w/e": "weekend", "tmrw": "tomorrow", "tmw": "tomorrow", "acct": "account",
    "stmt": "statement", "recvd": "received", "rcvd": "received", "thx": "thanks", "ooo": "out of office",
    "rdv": "rendez vous", "dde": "demande", "mgt": "management", "ech": "echeance", "sem": "semaine",
    "jrs": "jours", "jr": "jour", "cheq": "cheque",
    "jpaye": "je paye", "jpaie": "je paie", "jvous": "je vous", "jvs": "je vous", "jvais": "je vais",
    "jfais": "je fais", "jfai": "je fais", "jai": "j ai", "jsuis": "je suis", "jsui": "je suis",
    "chuis": "je suis", "jattends": "j attends", "jattend": "j attends", "jenvoie": "j envoie",
    "dsl": "desole", "ke": "que", "ki": "qui", "koi": "quoi", "kan": "quand", "kand": "quand",
    "auj": "aujourd hui", "ajd": "aujourd hui", "mtn": "maintenant", "pk": "pourquoi", "pq": "pourquoi",
    "rep": "reponse", "vrmt": "vraiment", "msg": "message", "slt": "salut", "cmd": "commande",
    "u": "you", "ur": "your", "tmr": "tomorrow", "wk": "week", "wks": "weeks", "mth": "month",
    "mths": "months", "yest": "yesterday", "gonna": "going to", "wanna": "want to", "im": "i m",
    "ive": "i ve", "cant": "can t", "wont": "won t", "didnt": "didn t", "havent": "haven t",
    "hasnt": "hasn t",
    "isnt": "isn t", "wasnt": "wasn t", "doesnt": "doesn t", "couldnt": "couldn t", "thats": "that s",
}  # fmt: skip

# Words that rules turn on, in the forms that are right: what is one slip of the hand away becomes the word.
_WORDS: Final = """
virement virements facture factures reglement reglements paiement paiements cheque cheques echeance echeances
echeancier regler reglee reglees paiera payment payments invoice invoices transfer transferred
dispute disputed
contester contestons conteste contestee litige litiges marchandise marchandises livraison livraisons commande
commandes releve releves duplicata attestation attestations certificat certificats comptabilite comptable
semaine semaines prochaine prochain prochainement vendredi mercredi lundi mardi jeudi samedi dimanche
effectue effectuer effectuee effectues effectuera effectuerons procede proceder procederons envoyer envoye
envoyez renvoyer transmettre transmis banque bancaire bordereau conforme conformes erreur erreurs defectueux
defectueuse defectueuses malfacon malfacons desaccord attendons attendre attente absent absente conges
bureau contacter contact desormais dorenavant received receive scheduled statement statements
certificate delivery delivered goods damaged incorrect quantity wrong processed processing
tomorrow monday tuesday wednesday thursday friday january february march april june july august september
october november december
janvier fevrier mars avril juillet aout septembre octobre novembre decembre office vacation
accountant accounting department settled settlement overdue remittance outstanding balance
payer payons payee payees payerons paierons virer vire virons virer soldee solder avoir
regularisation regulariser regularise signature retard impaye impayes reception recue recues
attached transaction already confirmation confirmer confirme
credit discount remise montant amount services service prestation prestations
rendez malade maladie maternite parental leave annual returning return
recouvrement relance relances rappel reminder remboursement rembourser
contrat contracts contract validation valider valide approve approved approval
"""
_RIGHT: Final = frozenset(fold(_WORDS).split())
_SOUGHT: Final = tuple(sorted(word for word in _RIGHT if len(word) >= 7))


@dataclass(frozen=True, slots=True)
class Sentence:
    """`plain` is sought in; `words` are shown, and stand in it from `starts` on."""

    plain: str
    words: tuple[str, ...]
    starts: tuple[int, ...]
    place: int
    """Which sentence of the message it is, from 0; the subject is -1."""

    def original(self, start: int, end: int) -> str:
        """The sender's own words for a stretch of `plain`."""
        first = bisect_right(self.starts, start) - 1
        last = bisect_right(self.starts, max(start, end - 1))
        return " ".join(self.words[max(0, first) : last])


def sentences_of(text: str) -> list[Sentence]:
    """The sentences in their order; a line that goes on in the next one is one sentence with it."""
    pieces: list[str] = []
    for piece in _END.split(text):
        if pieces and _ABBREVIATION_END.search(pieces[-1]):
            pieces[-1] += " " + piece
        elif piece.strip():
            pieces.append(piece)
    return [
        sentence_of(" ".join(words[at : at + _MOST_WORDS]), place)
        for place, words in enumerate(piece.split() for piece in pieces[:_MOST_SENTENCES])
        for at in range(0, len(words), _MOST_WORDS)
    ][:_MOST_SENTENCES]


def sentence_of(text: str, place: int = 0) -> Sentence:
    words, plain, starts, at = [], [], [], 0
    for word in text.split():
        alike = plain_word(word[:80])
        if alike:
            words.append(word)
            plain.append(alike)
            starts.append(at)
            at += len(alike) + 1
    return Sentence(" ".join(plain), tuple(words), tuple(starts), place)


@lru_cache(maxsize=20_000)
def plain_word(word: str) -> str:
    """A word without accents and apostrophes, its abbreviation written out, a slip of the hand put right."""
    folded = " ".join(_NOT_A_LETTER.sub(" ", fold(word)).split())
    found = re.fullmatch(r"((?:[a-z]{1,2} )?)([a-z/]+)([.,:?]*)", folded)
    if found is None:
        return folded
    before, core, after = found.groups()
    if core in ABBREVIATIONS:
        return before + ABBREVIATIONS[core] + after.removeprefix(".")
    return before + _put_right(core) + after


def _put_right(word: str) -> str:
    if len(word) < 6 or word in _RIGHT:
        return word
    near = [right for right in _SOUGHT if word[0] == right[0] and _is_slip(word, right)]
    return near[0] if len(near) == 1 else word


def _is_slip(word: str, right: str) -> bool:
    """Letters swapped, one missing or one doubled; a changed ending is grammar, not a slip."""
    if abs(len(word) - len(right)) > 1 or OSA.distance(word, right, score_cutoff=1) > 1:
        return False
    return word[-2:] == right[-2:] or sorted(word) == sorted(right)


@lru_cache(maxsize=2_000)
def phrase(pattern: str) -> re.Pattern[str]:
    """A phrase as the tables of rules write it.

    A space is any gap between two words, "..." up to four words, "*" any ending of a word; the rest is a
    regular expression.
    """
    written = re.sub(r" ?\.\.\. ?", "\0", pattern)
    written = re.sub(r"(?<=\w)\*", r"\\w*", written)
    written = written.replace(" ?", r"(?:[\s,:.]+)?").replace(" ", r"[\s,:.]+")
    written = written.replace("\0", r"(?:[^\w?]+[\w@€$%/.+-]+){0,4}?[^\w?]+")
    return re.compile(rf"(?<![\w]){written}(?!\w)")
