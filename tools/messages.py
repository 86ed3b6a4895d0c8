"""The German catalogue: ``python -m tools.messages [update|check|compile]``.

``update`` takes over what the code says and drops the rest; ``check`` fails where German is missing;
``compile`` writes the ``.mo`` file. Texts are found in Python files and templates without GNU gettext.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("config", "scheduler", "notifications", "frontend", "api")
CATALOGUE = ROOT / "locale/de/LC_MESSAGES/django.po"
HEADER = {"copyright_holder": "the Sprechzeit team", "last_translator": "", "language_team": "de"}
KEYWORDS = {
    *("gettext", "gettext_lazy", "gettext_noop", "_"),
    *("ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"),
}


def said() -> Catalog:
    """Every text that the code and the templates mark for translation."""
    catalogue = Catalog(locale="de", project="Sprechzeit", version="1", fuzzy=False, **HEADER)
    for path in sorted(_sources()):
        for line, function, texts, context in _texts(path):
            message = _message(function, texts)
            if message:
                place = [(str(path.relative_to(ROOT)), line)]
                catalogue.add(message, locations=place, context=context)
    return catalogue


def _sources() -> Iterator[Path]:
    for package in PACKAGES:
        for pattern in ("**/*.py", "**/templates/**/*.html", "**/templates/**/*.txt"):
            yield from (ROOT / package).glob(pattern)


def _texts(path: Path) -> Iterator[tuple[int, str, tuple[str, ...], str | None]]:
    source = path.read_text()
    if path.suffix != ".py":
        source = _as_python(source, str(path))
    for call in _calls(ast.parse(source)):
        function = call.func.id
        texts = tuple(text.value for text in call.args if _is_text(text))
        context = texts[0] if function.startswith("pgettext") else None
        yield call.lineno, function, texts[1:] if context else texts, context


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Inside of f-strings, too, which a reader of tokens passes over."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS:
            yield node


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _as_python(source: str, name: str) -> str:
    """Only the gettext calls of a template, each on a line of its own."""
    calls = re.findall(r"\bu?(n?p?gettext|_)\((.*?)\)\s", templatize(source, origin=name) + " ", re.S)
    return "\n".join(f"{function}({arguments})" for function, arguments in calls)


def _message(function: str, texts: tuple[str, ...]) -> str | tuple[str, str] | None:
    if not texts or not texts[0]:
        return None
    return (texts[0], texts[1]) if function.startswith("ngettext") else texts[0]


def stored() -> Catalog:
    """The catalogue as it is committed."""
    if not CATALOGUE.exists():
        return Catalog(locale="de", charset="utf-8")
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="de")


def update(*more: str) -> None:
    """Bring the catalogue in step with the code; ``more`` are .po files whose texts are taken over."""
    known = stored()
    for path in more:
        with open(path, "rb") as file:
            for message in read_po(file, locale="de"):
                if message.id and message.string:
                    known.delete(message.id, message.context)
                    known.add(message.id, message.string, context=message.context)
    fresh = said()
    for message in fresh:
        old = known.get(message.id, message.context) if message.id else None
        if old is not None:
            message.string = old.string
    with CATALOGUE.open("wb") as file:
        write_po(file, fresh, width=100, sort_output=True, omit_header=False, include_lineno=False)


def missing() -> list[str]:
    """Texts without German, and plural forms that are not all there."""
    known = stored()
    found = []
    for message in said():
        if message.id:
            german = known.get(message.id, message.context)
            strings = german.string if german else ""
            if not strings or (isinstance(strings, tuple) and not all(strings)):
                found.append(str(message.id))
    return found


def compile_catalogue() -> None:
    """Write what Django reads."""
    with CATALOGUE.with_suffix(".mo").open("wb") as file:
        write_mo(file, stored())


def main(arguments: list[str]) -> int:
    """Command line."""
    command, *rest = arguments or ["check"]
    if command == "update":
        update(*rest)
    if command == "compile":
        compile_catalogue()
        return 0
    lacking = missing()
    print(*(f"no German for: {text}" for text in lacking), sep="\n", end="\n" if lacking else "")
    return int(bool(lacking))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
