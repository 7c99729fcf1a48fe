"""Turn an import's report 预检报告 into what a page draws; no decision is made here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from core import formats
from core.parts import PageState
from warehouse.contract_kinds import KINDS
from warehouse.inputs import extracts_of
from warehouse.models import ImportBatch

N_FINDINGS_SHOWN = 100
LARGE_DIFFERENCE = 0.15
VERDICT_TONES = {"R": "bad", "Q": "warn", "W": "warn", "N": "neutral"}


def verdict_label(verdict: str) -> str:
    """Name a verdict of the gate 稽核结论."""
    return {"R": _("拒收文件"), "Q": _("隔离行"), "N": _("自动规整"), "W": _("提醒")}.get(
        verdict, verdict
    )


@dataclass(frozen=True, slots=True)
class FindingLine:
    """Be one finding of the gate in the reader's language."""

    verdict: str
    tone: str
    place: str
    value: str
    n: str
    message: str
    advice: str


@dataclass(frozen=True, slots=True)
class MoneyLine:
    """Be the conservation of one money column of a kind, in 元."""

    column: str
    came_in: str
    accepted: str
    quarantined: str
    dropped: str
    adds_up: bool


@dataclass(frozen=True, slots=True)
class KindLine:
    """Be the conservation of one kind: rows in = accepted + quarantined + dropped."""

    label: str
    n_in: int
    n_accepted: int
    n_quarantined: int
    n_dropped: int
    adds_up: bool
    money: tuple[MoneyLine, ...]


@dataclass(frozen=True, slots=True)
class DifferenceLine:
    """Be one figure compared with last month's import."""

    label: str
    before: str
    now: str
    change: str
    is_large: bool


def finding_lines(batch: ImportBatch) -> tuple[FindingLine, ...]:
    """Return the first findings 稽核发现, the gravest first."""
    order = {"R": 0, "Q": 1, "W": 2, "N": 3}
    found = sorted(
        batch.report.get("findings", []), key=lambda each: order.get(each.get("verdict", ""), 4)
    )
    return tuple(_finding(each) for each in found[:N_FINDINGS_SHOWN])


def _finding(said: Mapping[str, Any]) -> FindingLine:
    ending = "" if formats.is_chinese() else "_en"
    line = _("第 {n} 行").format(n=said["line"]) if said.get("line") else ""
    parts = (said.get("file") or _kind_label(said.get("kind", "")), line, said.get("column"))
    return FindingLine(
        verdict=verdict_label(said.get("verdict", "")),
        tone=VERDICT_TONES.get(said.get("verdict", ""), "neutral"),
        place=" · ".join(str(part) for part in parts if part),
        value=_("空") if said.get("value") == "空" else str(said.get("value") or ""),
        n=formats.number(int(said.get("n") or 1)),
        message=said.get(f"message{ending}") or said.get("message", ""),
        advice=said.get(f"advice{ending}") or said.get("advice", ""),
    )


def _kind_label(kind: str) -> str:
    contract = KINDS.get(kind)
    if contract is None or not formats.is_chinese():
        return kind.replace("_", " ").capitalize()
    return contract.label


def kind_lines(batch: ImportBatch) -> tuple[KindLine, ...]:
    """Return the conservation table 数据稽核 of an import, also of a refused one."""
    return tuple(_kind(said) for said in batch.report.get("kinds", []))


def _kind(said: Mapping[str, Any]) -> KindLine:
    kept = said["n_accepted"] + said["n_quarantined"] + said["n_dropped"]
    return KindLine(
        label=_kind_label(said["kind"]),
        n_in=said["n_in"],
        n_accepted=said["n_accepted"],
        n_quarantined=said["n_quarantined"],
        n_dropped=said["n_dropped"],
        adds_up=kept == said["n_in"],
        money=tuple(_money(said["kind"], *item) for item in said["money"].items()),
    )


def _money(kind: str, column: str, sums: Mapping[str, int]) -> MoneyLine:
    kept = sums["accepted"] + sums["quarantined"] + sums["dropped"]
    return MoneyLine(
        column=column_label(kind, column),
        came_in=formats.money_in(sums["in"], "yuan", 2),
        accepted=formats.money_in(sums["accepted"], "yuan", 2),
        quarantined=formats.money_in(sums["quarantined"], "yuan", 2),
        dropped=formats.money_in(sums["dropped"], "yuan", 2),
        adds_up=kept == sums["in"],
    )


def column_label(kind: str, column: str) -> str:
    """Name a column of a contract; English readers read the contract's own name as words."""
    contract = KINDS.get(kind)
    found = (
        next((each for each in contract.columns if each.name == column), None) if contract else None
    )
    return found.label if found and formats.is_chinese() else column.replace("_", " ")


def summary(batch: ImportBatch) -> tuple[tuple[str, str, int], ...]:
    """Return how many findings there are of each verdict: label, tone, number."""
    counts = batch.report.get("verdicts", {})
    return tuple(
        (verdict_label(verdict), VERDICT_TONES[verdict], int(counts.get(verdict, 0)))
        for verdict in "RQWN"
    )


def error_state(batch: ImportBatch) -> PageState | None:
    """Return why the files could not even be looked at."""
    said = batch.report.get("error")
    if not said:
        return None
    return PageState("error", said.get("message", ""), said.get("advice", ""))


def difference_lines(batch: ImportBatch) -> tuple[DifferenceLine, ...]:
    """Compare rows and money of an import with last month's 与上月差异."""
    before = extracts_of(batch.month.plus(-1))
    lines: list[DifferenceLine] = []
    for said in batch.report.get("kinds", []):
        earlier = before.get(said["kind"])
        if earlier is None or earlier.month_index != batch.month_index - 1:
            continue
        label = _kind_label(said["kind"])
        rows = _("{kind}：行数").format(kind=label)
        lines.append(_difference(rows, earlier.n_accepted, said["n_accepted"], formats.number))
        for column, sums in said["money"].items():
            if column in earlier.money:
                name = _("{label}：{value}").format(
                    label=label, value=column_label(said["kind"], column)
                )
                then = earlier.money[column]["accepted"]
                lines.append(_difference(name, then, sums["accepted"], _yuan))
    return tuple(lines)


def _yuan(li: int) -> str:
    return str(formats.money(li))


def _difference(label: str, before: int, now: int, write: Callable[[int], str]) -> DifferenceLine:
    share = (now - before) / abs(before) if before else None
    text = formats.NO_VALUE if share is None else f"{formats.number(share * 100, 1, plus=True)}%"
    large = share is not None and abs(share) > LARGE_DIFFERENCE
    return DifferenceLine(label, write(before), write(now), text, large)


def file_names(batch: ImportBatch, limit: int = 20) -> str:
    """Name the files of an import; empty once they were taken away."""
    source = Path(batch.source)
    if source.is_file():
        return source.name
    names = sorted(path.name for path in source.glob("*") if path.is_file())
    rest = len(names) - limit
    more = _("等 {n} 个文件").format(n=len(names)) if rest > 0 else ""
    return _("、").join(names[:limit]) + more


def rejects_path(batch: ImportBatch) -> Path:
    """Return where the rejects 问题数据清单 of an import lie."""
    return Path(settings.GCVA_VAR) / "batches" / str(batch.pk) / "rejects.csv"
