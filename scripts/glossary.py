"""Keep the indicator section of GLOSSARY.md equal to the declarations in code.

python scripts/glossary.py write|check
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
GLOSSARY = ROOT / "GLOSSARY.md"
HEADING = "## Indicators 指标\n"
PACKAGES = ("scoring", "alerts", "analytics", "warehouse")


def declared() -> list[Any]:
    """Return every declared indicator once, by code and Chinese name."""
    from core.indicator import Indicator  # noqa: PLC0415 - Django must be set up first

    found = {}
    for value in _values():
        one = getattr(value, "indicator", value)
        if isinstance(one, Indicator):
            found[one.code, one.label_zh] = one
    return [found[key] for key in sorted(found)]


def _values() -> Iterator[Any]:
    for package in map(importlib.import_module, PACKAGES):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" in module.name or ".management" in module.name:
                continue
            for value in vars(importlib.import_module(module.name)).values():
                yield value
                if isinstance(value, list | tuple):
                    yield from value
                elif isinstance(value, dict):
                    yield from list(value.values())


def section() -> str:
    """Return the section: one line an indicator, the formula as pages and exports say it."""
    lines = [
        f"| `{one.code}` | {one.label_zh} | {one.label_en} | {one.unit} | {one.formula_zh} |"
        for one in declared()
    ]
    head = (
        "\nWritten by `python scripts/glossary.py write` from the declarations; a test compares.\n",
        "| code | 中文 | English | unit | 口径 |\n|---|---|---|---|---|",
    )
    return "\n".join((HEADING.rstrip("\n"), *head, *lines)) + "\n"


def written() -> str:
    """Return the section as it stands in GLOSSARY.md."""
    text = GLOSSARY.read_text(encoding="utf-8")
    return text[text.index(HEADING) :] if HEADING in text else ""


def main(verb: str) -> int:
    """Write the section, or say whether it is true."""
    if verb == "write":
        text = GLOSSARY.read_text(encoding="utf-8").split(HEADING)[0].rstrip("\n")
        GLOSSARY.write_text(f"{text}\n\n{section()}", encoding="utf-8")
        return 0
    if written() == section():
        return 0
    print("GLOSSARY.md is behind: run python scripts/glossary.py write")
    return 1


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gcva.settings")
    import django

    django.setup()
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "check"))
