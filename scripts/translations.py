"""Keep the English catalogue complete without GNU gettext: extract, check, compile.

Chinese is the msgid. ``extract`` adds new texts to ``locale/en/LC_MESSAGES/django.po`` and drops
what nobody says any more, ``compile`` writes the ``.mo`` beside it, ``check`` fails while a text
has no English words or the ``.mo`` is behind.

Usage: python scripts/translations.py extract|compile|check
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("core", "accounts", "warehouse", "scoring", "adjustments", "alerts", "analytics", "gcva")
PO = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
_NAMES = {"_", "gettext", "gettext_lazy", "gettext_noop", "N_"}
_PLURALS = {"ngettext", "ngettext_lazy"}
_TEXT = r"u?('(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")"
_CALL = re.compile(rf"\b(n?gettext|_)\({_TEXT}(?:, {_TEXT})?")
_NOISE = re.compile(  # header lines that change with the day or say nothing
    r'"(POT-Creation-Date|PO-Revision-Date|Report-Msgid|Last-Translator|Language-Team|Generated-By)'
    r"[^\n]*\n"
)
_PYTHON_FIELD = re.compile(r"%\(\w+\)[sd]|\{\w*\}")

Message = str | tuple[str, str]


def python_messages(source: str) -> Iterator[tuple[Message, int]]:
    """Yield the marked texts of a Python file with their lines."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        texts = [
            each.value
            for each in node.args[:2]
            if isinstance(each, ast.Constant) and isinstance(each.value, str)
        ]
        if name in _PLURALS and len(texts) == 2:
            yield (texts[0], texts[1]), node.lineno
        elif name in _NAMES and texts:
            yield texts[0], node.lineno


def template_messages(source: str) -> Iterator[tuple[Message, int]]:
    """Yield the marked texts of a template with their lines."""
    marked = templatize(source)
    for found in _CALL.finditer(marked):
        line = marked.count("\n", 0, found.start()) + 1
        first = ast.literal_eval(found[2])
        yield ((first, ast.literal_eval(found[3])) if found[3] else first), line


def said() -> dict[Message, list[tuple[str, int]]]:
    """Return every marked text of the product with the places that say it."""
    places: dict[Message, list[tuple[str, int]]] = {}
    python = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    templates = list((ROOT / "templates").rglob("*.html"))
    for path in sorted(python + templates):
        if "migrations" in path.parts:
            continue
        read = template_messages if path.suffix == ".html" else python_messages
        for message, line in read(path.read_text()):
            places.setdefault(message, []).append((path.relative_to(ROOT).as_posix(), line))
    return places


def catalogue() -> Catalog:
    """Return the English catalogue as it stands."""
    if not PO.exists():
        return Catalog(locale="en", project="gcva", charset="utf-8")
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def extract() -> None:
    """Bring the catalogue in line with what the product says; translations are kept."""
    old, new = catalogue(), Catalog(locale="en", project="gcva", charset="utf-8", fuzzy=False)
    new.header_comment = "# English words of the product; the Chinese text is the msgid."
    for message, places in sorted(said().items(), key=lambda item: item[1][0]):
        known = old.get(message if isinstance(message, str) else message[0])
        files = [(name, 1) for name in sorted({name for name, _line in places})]
        new.add(message, _kept(message, known), locations=files)
    PO.parent.mkdir(parents=True, exist_ok=True)
    written = io.BytesIO()
    write_po(written, new, width=100, omit_header=False, include_lineno=False)
    PO.write_text(re.sub(_NOISE, "", written.getvalue().decode()))


def _kept(message: Message, known: Any) -> Any:
    """Return the words there are; a text that got or lost its plural keeps them where it can."""
    words = known.string if known else ""
    if isinstance(message, str):
        return words[0] if isinstance(words, tuple | list) else words
    return words if isinstance(words, tuple | list) else (words, words)


def compiled() -> bytes:
    """Return the compiled catalogue."""
    written = io.BytesIO()
    write_mo(written, catalogue())
    return written.getvalue()


def problems() -> list[str]:
    """Return what is missing: texts without English words, broken fields, a stale ``.mo``."""
    known, found = catalogue(), []
    for message in said():
        first = message if isinstance(message, str) else message[0]
        entry = known.get(first)
        words = entry.string if entry else ""
        for text in words if isinstance(words, tuple | list) else (words,):
            if not text:
                found.append(f"no English: {first}")
            elif _fields(first) - _fields(text) and not isinstance(message, tuple):
                found.append(f"lost a field: {first}")
    if not MO.exists():
        return [*found, "no compiled catalogue: run compile"]
    with MO.open("rb") as file:
        stored = _words(read_mo(file))
    if stored != _words(known):
        found.append("the compiled catalogue is behind: run compile")
    return found


def _words(of: Catalog) -> dict[Any, Any]:
    """Return message → words, plurals as tuples whichever file they were read from."""

    def plain(text: Any) -> Any:
        return tuple(text) if isinstance(text, list) else text

    return {plain(m.id): plain(m.string) for m in of if m.id and any(m.string or "")}


def _fields(text: str) -> set[str]:
    return set(_PYTHON_FIELD.findall(text))


def main() -> int:
    """Run one of the three."""
    if not settings.configured:
        settings.configure(USE_I18N=False)
        django.setup()
    wanted = sys.argv[1] if len(sys.argv) == 2 else ""
    if wanted == "extract":
        extract()
    elif wanted == "compile":
        MO.write_bytes(compiled())
    elif wanted == "check":
        found = problems()
        print("\n".join(found) or "complete")
        return 1 if found else 0
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
