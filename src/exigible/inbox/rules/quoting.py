"""What the sender wrote themselves, told from what they quote, sign with and are made to append."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from exigible.kernel.text import fold

_MOST_LINES: Final = 2_000
_LONGEST_LINE: Final = 4_000
_LONGEST_SIGNATURE: Final = 14

_ORIGINAL: Final = re.compile(
    r"[-_=*\s]{2,}\s*(?:message d'origine|message original|message initial|original message"
    r"|original e-?mail"
    r"|message transfere|forwarded message|message reexpedie|courriel original|reply message"
    r"|mail original)\b"
    r"|debut du message (?:reexpedie|transfere)|begin forwarded message|-+ ?forwarded by\b"
    r"|-+ ?transfere par\b"
)
_LABEL: Final = re.compile(
    r"\*?(?:de|from|expediteur|envoye(?: le| par)?|sent|date|a|to|pour|destinataires?|cc|cci|objet"
    r"|subject|sujet"
    r"|importance|reply-to|repondre a)\s?\*?\s?:\*?"
)
_FIRST_LABEL: Final = re.compile(r"\*?(?:de|from|expediteur|envoye par)\s?\*?\s?:\*? *\S")
_WROTE: Final = re.compile(
    r"(?:le|on|el|am|en date du|il y a)\b.{4,240}\b(?:a ecrit|ecrit|wrote|a envoye un e-?mail|schrieb"
    r"|sent)\b[^.]{0,80}:?$"
    r"|\S+@\S+ (?:a ecrit|wrote)\s?:?$"
    r"|.{2,80}<\S+@\S+> (?:a ecrit|wrote|le .{4,60}a ecrit)\s?:?$"
    r"|.{2,60} (?:a ecrit le|wrote on) .{6,40}:$"
    r"|message du \d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}(?: a)? \d{1,2}[:h]\d{2}$"
)
_WROTE_START: Final = re.compile(r"(?:le|on) (?:[a-z]{2,9}\.?,? )?(?:\d{1,2}|[a-z]{3,9}\.? \d{1,2})\b")
_MOBILE: Final = re.compile(
    r"(?:envoye|telechargez|telecharger|telecharge|sent|get|obtenez|obtenir|provenance|ecrit"
    r"|enviado)\s?:?\s?(?:de|depuis|a partir de"
    r"|from|via|by|with|using|pour|courrier)?\b"
    r".{0,30}\b(?:iphone|ipad|android|samsung|galaxy|mobile|smartphone|huawei|outlook|yahoo|gmail"
    r"|blackberry"
    r"|telephone|portable|phone|windows|orange|free|sfr|proton|telma|xiaomi|redmi)\b.{0,40}$"
    r"|provenance : courrier\b|sent from my\b.{0,40}$|envoye de mon\b.{0,40}$|excusez? (?:la brievete"
    r"|les fautes)\b.{0,80}$"
)
_CLOSING: Final = re.compile(
    r"(?:(?:bien |tres |tres )?(?:cordialement|cdlt|cdt|cordlt|cdlmt|crdlt|amicalement|respectueusement)"
    r"|bien a (?:vous|toi)|(?:sinceres |mes |nos |meilleures |cordiales )*salutations(?: distinguees"
    r"| cordiales)?"
    r"|sincerement|veuillez (?:agreer|recevoir|croire)|je vous prie d'agreer|nous vous prions d'agreer"
    r"|dans l'attente de vous lire|(?:with )?(?:my |our )?(?:kind|best|warm|kindest|warmest"
    r"|many)(?:est)? (?:regards|wishes|thanks)"
    r"|regards|rgds|br|kr|brgds|yours (?:sincerely|faithfully|truly)|sincerely|cheers|best|all the best"
    r"|respectfully"
    r"|(?:tres )?bonne (?:journee|reception|soiree|fin de journee|semaine)(?: a vous)?|excellente journee"
    r"|bon week-?end|a (?:plus|bientot)|have a (?:nice|good|great|lovely) (?:day|weekend|week|evening)"
    r"|recevez,? .{0,40}(?:salutations|sentiments)"
    r"|veloma|amin'ny fanajana)\b[\s,.!;:-]*|a\+[\s,.!]*"
)
_THANKS: Final = re.compile(
    r"(?:(?:un )?grand merci|merci(?: beaucoup| d'avance| bien| par avance| encore)?|thanks?(?: you)?"
    r"(?: so much| very much| again| in advance| a lot)?|thx|ty)\s?[,.!]*"
)
_NAME_ALONE: Final = re.compile(r"[A-ZÀ-Ü][\w'’.À-ÿ-]*(?: [A-ZÀ-Ü&][\w'’.À-ÿ-]*){0,3}(?: ?[|,(/-].{0,60})?")
_CUSTOMARY: Final = re.compile(r"\b(?:agreer|recevoir|croire)\b")
_AFTERTHOUGHT: Final = re.compile(r"(?:p\.? ?s\.?|n\.? ?b\.?|post[- ]scriptum|ajout)\s?[:.-]", re.ASCII)
_DISCLAIMER: Final = re.compile(
    r"(?:ce (?:message|courriel|mail|e-?mail|courrier)(?: electronique)?,? (?:et|ainsi que|est|peut"
    r"|contient|avec|,)"
    r".{0,120}\b(?:confidentiel|pieces?|destine|usage exclusif|joint)"
    r"|(?:this|the information(?: contained)? in this|the contents? of this) (?:e-?mail|message"
    r"|communication)\b.{0,160}"
    r"\b(?:confidential|intended|privileged|attachments?)"
    r"|\W*(?:confidentiality|confidentialite|avis de confidentialite|disclaimer|avertissement"
    r"|clause de confidentialite)\b"
    r"|l'integrite de ce message|si vous n'etes pas (?:le|la|l') ?destinataire|if you are not the intended"
    r"|if you (?:have )?receive[d]? this (?:e-?mail|message) (?:in|by) error"
    r"|si vous avez recu ce (?:message|mail|courriel) par erreur"
    r"|toute (?:utilisation|diffusion|publication|reproduction).{0,60}(?:interdite|non autorisee)"
    r"|\W*(?:p )?(?:pensez|merci de penser|please consider|before printing|avant d'imprimer|n'imprimez"
    r"|save paper|ensemble, preservons)\b"
    r"|\[?\W*(?:external|externe|caution|attention|exterieur)\W.{0,60}\b(?:e-?mail|mail|courriel|message"
    r"|sender|exterieur|expediteur)\b.{0,30}"
    r"\b(?:originated|came|outside|external|externe|provient|exterieur|organi[sz]ation)"
    r"|\[(?:external|externe|ext)\]\s*$"
    r"|virus-free|garanti sans virus|l'absence de virus|vous recevez (?:cet? (?:e-?mail|message)"
    r"|ce courriel) (?:car|parce que) vous"
    r"|you (?:are receiving|received) this (?:e-?mail|message) because you"
    r"|[a-z0-9&.' -]{2,60}\b(?:is (?:a company )?registered in|registered (?:office"
    r"|in england|company)|societe anonyme"
    r"|company (?:number|no\.?|registration))\b"
    r"|[a-z0-9&.' -]{0,60}\b(?:au capital (?:social )?de|r\.?c\.?s\.? [a-z]+ [a-z]? ?\d)"
    r"|(?:beware of|attention (?:aux?|a la)|protect yourself).{0,40}\b(?:fraud|fraudes?|phishing|scams?)\b)"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OwnWords:
    """The lines of a body, shared out."""

    text: str
    signature: str
    quoted: str


def own_words(body: str) -> OwnWords:
    """Above, under or between quoted lines; without signature, disclaimer and the phone's maker."""
    lines = [line[:_LONGEST_LINE].rstrip() for line in body.split("\n")[:_MOST_LINES]]
    own, quoted = _without_quotes(lines)
    own = _without_disclaimers(own)
    own, signature = _without_signature(own)
    return OwnWords(_joined(own), _joined(signature), _joined(quoted))


def _joined(lines: Sequence[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _without_quotes(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    own: list[str] = []
    quoted: list[str] = []
    at = 0
    while at < len(lines):
        if _is_marked(lines[at]):
            quoted.append(lines[at])
            at += 1
        elif taken := _attribution(lines, at):
            quoted += lines[at : at + taken]
            at += taken
            if not any(map(_is_marked, lines[at : at + 3])):
                return own, quoted + list(lines[at:])
        elif _begins_original(lines, at):
            return own, quoted + list(lines[at:])
        else:
            own.append(lines[at])
            at += 1
    return own, quoted


def _is_marked(line: str) -> bool:
    return line.lstrip().startswith((">", "|>", "| ", "&gt;"))


def _attribution(lines: Sequence[str], at: int) -> int:
    """How many lines say "On such a day, so and so wrote:", 0 for none; programs break them anywhere."""
    first = fold(lines[at][:400])
    if not first:
        return 0
    for size in (1, 2, 3) if _WROTE_START.match(first) else (1,):
        together = fold(" ".join(lines[at : at + size])[:500])
        if _WROTE.match(together):
            return size
    return 0


def _begins_original(lines: Sequence[str], at: int) -> bool:
    """A line that announces the original message, or the labels of its headers."""
    line = fold(lines[at][:200])
    if _ORIGINAL.match(line):
        return True
    if not _FIRST_LABEL.match(line):
        return False
    following = [fold(other[:200]) for other in lines[at : at + 7] if other.strip()]
    return sum(_LABEL.match(other) is not None for other in following) >= 3 or (
        "@" in line and len(following) > 1 and _LABEL.match(following[1]) is not None
    )


def _without_disclaimers(lines: Sequence[str]) -> list[str]:
    """Drops the paragraphs that begin as a legal notice does, and the ruler before them."""
    kept: list[str] = []
    at = 0
    while at < len(lines):
        folded = fold(lines[at].strip("*_ -\t")[:400])
        if folded and (
            _DISCLAIMER.match(folded) or _DISCLAIMER.match(fold(" ".join(lines[at : at + 3])[:400]))
        ):
            while at < len(lines) and lines[at].strip():
                at += 1
        else:
            kept.append(lines[at])
            at += 1
    return [line for line in kept if not re.fullmatch(r"\s*[-_=*~#]{4,}\s*", line)]


def _without_signature(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    at = next((n for n, line in enumerate(lines) if line in ("--", "-- ", "—") and n), len(lines))
    signature = list(lines[at:])
    own = [line for line in lines[:at] if not _MOBILE.match(fold(line[:200]).strip("*_ "))]
    for n, line in enumerate(own):
        if any(before.strip() for before in own[:n]) and (_is_closing(line) or _is_thanks_and_name(own[n:])):
            kept, signed = _after_closing(own[n:])
            return own[:n] + kept, signed + signature
    return own, signature


def _is_closing(line: str) -> bool:
    folded = fold(line[:200]).strip("*_ ")
    found = _CLOSING.match(folded)
    if found is None:
        return False
    rest = folded[found.end() :]
    return _CUSTOMARY.search(folded) is not None or (
        len(rest.split()) <= 6 and not re.search(r"[?€]|\d", rest)
    )


def _is_thanks_and_name(lines: Sequence[str]) -> bool:
    """ "Thanks" alone on its line closes a letter when nothing but a name comes next."""
    if not _THANKS.fullmatch(fold(lines[0][:60]).strip("*_ ")):
        return False
    following = [line.strip("*_ ") for line in lines[1:] if line.strip()]
    return bool(following) and _NAME_ALONE.fullmatch(following[0][:100]) is not None


def _after_closing(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """An afterthought under the name is the sender's own; so is what stands too far below to be a name."""
    for n, line in enumerate(lines):
        if n and _AFTERTHOUGHT.match(fold(line[:60])):
            return list(lines[n:]), list(lines[:n])
    filled = [n for n, line in enumerate(lines) if line.strip()]
    if len(filled) <= _LONGEST_SIGNATURE:
        return [], list(lines)
    block = list(takewhile(lambda n: n < filled[_LONGEST_SIGNATURE], range(len(lines))))
    return list(lines[len(block) :]), list(lines[: len(block)])
