"""Turn a finding of the quality gate 数据稽核 into a sentence, Chinese or English.

The sentences stand in ``gate_messages.toml``, one table a code.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from warehouse.gate import Finding

SENTENCES: Final[dict[str, dict[str, str]]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)


def message_text(finding: Finding, language: str) -> str:
    """Return the finding's sentence with its place, in ``zh`` or ``en``."""
    chinese = language.startswith("zh")
    template = SENTENCES[finding.code]["zh" if chinese else "en"]
    words = {
        "kind": finding.kind,
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "value": finding.value if chinese or finding.value != "空" else "empty",
        "n": finding.n,
        **finding.params,
    }
    place = _place(finding, chinese, column_named="{column}" in template)
    return place + template.format_map(words) + ("。" if chinese else ".")


def advice_text(code: str, language: str) -> str:
    """Return what to do about it, in ``zh`` or ``en``; empty where nothing is to be done."""
    return SENTENCES[code].get("zh_advice" if language.startswith("zh") else "en_advice", "")


def _place(finding: Finding, chinese: bool, *, column_named: bool) -> str:
    parts = [finding.file] if finding.file else []
    if finding.line:
        parts.append(f"第 {finding.line} 行" if chinese else f"line {finding.line}")
    if finding.column and not column_named:
        parts.append(f"列 {finding.column}" if chinese else f"column {finding.column}")
    if not parts:
        return ""
    return "，".join(parts) + "：" if chinese else ", ".join(parts) + ": "
