"""Which strings a person may see: read out of Python and templates without GNU gettext.

In Python: the arguments of the gettext functions, the sentence of an error (`UserMistake(code, sentence)`),
and what is assigned to a name that ends in `sentence` or `sentences`. In templates: what Django itself
finds there.
"""

from __future__ import annotations

import ast
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# Name of the function: where its message, its plural and its context stand among the arguments.
GETTEXT = {"_": (0,), "gettext": (0,), "gettext_lazy": (0,), "gettext_noop": (0,)}
PLURAL = {"ngettext": (0, 1), "ngettext_lazy": (0, 1)}
CONTEXT = {"pgettext": (1,), "pgettext_lazy": (1,), "npgettext": (1, 2), "npgettext_lazy": (1, 2)}
ERRORS = ("ExigibleError", "UserMistake", "Refused")
SENTENCE_NAMES = ("sentence", "sentences")
TEMPLATE_KEYWORDS = {
    "_": None,
    "gettext": None,
    "pgettext": ((1, "c"), 2),
    "ngettext": (1, 2),
    "npgettext": ((1, "c"), 2, 3),
}


@dataclass(frozen=True, slots=True)
class Message:
    """One visible string: singular alone, or singular and plural, in a context or none."""

    texts: tuple[str, ...]
    context: str | None
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Untranslatable:
    """A visible string that no translator will ever see, and why."""

    file: str
    line: int
    why: str


Found = Message | Untranslatable


def extract(folder: Path, root: Path) -> Iterator[Found]:
    """All visible strings in the sources and templates under `folder`; files are named from `root`."""
    for path in sorted(folder.rglob("*.py")):
        if "migrations" not in path.parts:
            yield from from_python(path.read_text(encoding="utf-8"), str(path.relative_to(root)))
    for pattern in ("*.html", "*.txt"):
        for path in sorted(folder.rglob(f"templates/**/{pattern}")):
            yield from from_template(path.read_text(encoding="utf-8"), str(path.relative_to(root)))


def from_python(source: str, file: str) -> Iterator[Found]:
    """The visible strings of a Python source."""
    for node in ast.walk(ast.parse(source, file)):
        if isinstance(node, ast.Call):
            yield from _from_call(node, file)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value and _names_sentence(node):
            yield from (Message((text,), None, file, line) for text, line in _texts(node.value))


def from_template(source: str, file: str) -> Iterator[Found]:
    """The visible strings of a Django template."""
    from babel.messages.extract import extract as babel_extract
    from django.utils.translation.template import templatize

    for number, line in enumerate(templatize(source, origin=file).splitlines(), start=1):
        content = io.BytesIO(line.strip().encode())
        for _, texts, _, context in babel_extract("python", content, TEMPLATE_KEYWORDS):
            found = (texts,) if isinstance(texts, str) else tuple(text for text in texts if text)
            yield Message(found, context, file, number)


def _from_call(call: ast.Call, file: str) -> Iterator[Found]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in ERRORS:
        yield from _from_error(call, file)
        return
    positions = (GETTEXT | PLURAL | CONTEXT).get(name)
    if positions is None or len(call.args) <= max(positions):
        return
    texts = [_text(call.args[position]) for position in positions]
    context = _text(call.args[0]) if name in CONTEXT else None
    if any(isinstance(call.args[position], ast.JoinedStr) for position in positions):
        yield Untranslatable(file, call.lineno, "an f-string is made before it is looked up: use format()")
    elif all(text is not None for text in texts):
        yield Message(tuple(text for text in texts if text is not None), context, file, call.lineno)


def _from_error(call: ast.Call, file: str) -> Iterator[Found]:
    given = [*call.args[1:2], *(word.value for word in call.keywords if word.arg == "sentence")]
    if not given and len(call.args) == 1 and (code := _text(call.args[0])):
        yield Untranslatable(file, call.lineno, f"the error {code} has no sentence")
    for node in given:
        if isinstance(node, ast.JoinedStr):
            yield Untranslatable(file, node.lineno, "an f-string is no key: give {names} and values")
        elif text := _text(node):
            yield Message((text,), None, file, node.lineno)


def _names_sentence(node: ast.Assign | ast.AnnAssign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = [target.id.lower() for target in targets if isinstance(target, ast.Name)]
    return any(name.endswith(SENTENCE_NAMES) for name in names)


def _texts(value: ast.expr) -> Iterator[tuple[str, int]]:
    """The strings in an assigned value; of a dictionary, its values."""
    if isinstance(value, ast.Dict):
        for inner in value.values:
            yield from _texts(inner)
    elif isinstance(value, ast.Tuple | ast.List | ast.Set):
        for inner in value.elts:
            yield from _texts(inner)
    elif isinstance(value, ast.IfExp):
        yield from _texts(value.body)
        yield from _texts(value.orelse)
    elif (text := _text(value)) is not None:
        yield text, value.lineno


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
