"""Take a month's files in 接收月度清单: look, read, check, stage; whole or not at all.

Pure: no Django, no clock. The caller owns the batch's row; this owns its files:
``var/extracts/<kind>/month=…/batch=<id>/part-0.parquet`` when accepted, and in any case
``var/batches/<id>/report.json`` and ``rejects.csv``.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import duckdb

from core.month import Month
from warehouse.contract_kinds import KINDS
from warehouse.gate import Finding, IntakeResult, Known, Limits, Progress, StagedKind, Verdict
from warehouse.gate_finish import counted, write_kind
from warehouse.gate_history import History
from warehouse.gate_ledger import FileRefused, Ledger
from warehouse.gate_rules import create_references, learn
from warehouse.gate_source import InputFile, Source, input_files, open_source, text_of
from warehouse.gate_stage import Stage
from warehouse.gate_warnings import warn_of_kind
from warehouse.mapping import Mapping
from warehouse.parse import CHUNK, TextFile
from warehouse.propose import propose_mapping
from warehouse.store import connect, extract_path, put_in_place, remove_batch

__all__ = ["content_hash", "propose_mapping", "take_in"]

FINDINGS_KEPT: Final = 500
LARGE_BYTES: Final = 16_000_000


def content_hash(path: Path, mapping: Mapping | None) -> str:
    """Return the hash of all input bytes and the mapping; the same bytes are the same import.

    File names and their order do not matter, only which bytes came as which kind.
    """
    files, _ = input_files(path, mapping)
    parts = sorted({f"{file.rule.kind}:{_digest(file.path)}" for file in files if file.path})
    whole = hashlib.sha256("\n".join(parts).encode())
    whole.update(mapping.source.encode() if mapping else b"")
    return whole.hexdigest()


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def take_in(
    path: Path,
    *,
    month: Month,
    mapping: Mapping | None,
    var: Path,
    batch_id: int,
    known: Known,
    limits: Limits,
    progress: Progress | None = None,
    digest: str = "",
) -> IntakeResult:
    """Check a folder or file and stage it as extracts of ``batch_id`` if the gate accepts it.

    A refused or failed import leaves no extract behind. The same input gives the same bytes,
    whatever the order of rows and the number of threads. ``digest`` is the content hash, where it
    is known already.

    Raises:
        OSError: when the disk fails or is full; nothing is left in the store.
    """
    folder = var / "batches" / str(batch_id)
    spare = folder / "spare"
    shutil.rmtree(spare, ignore_errors=True)
    spare.mkdir(parents=True)
    try:
        rejects = folder / "rejects.csv"
        with Ledger(rejects, max_rejects=limits.max_rejects_written) as ledger:
            connection = connect(limits, spare / "spill")
            try:
                with ThreadPoolExecutor(max_workers=1, thread_name_prefix="look") as pool:
                    intake = _Intake(
                        month, var, batch_id, known, limits, progress, spare, ledger, connection,
                        pool,
                    )  # fmt: skip
                    kinds = intake.run(path, mapping)
            finally:
                connection.close()
        digest = digest or content_hash(path, mapping)
        result = _result(digest, month, ledger, kinds, rejects)
        if result.accepted:
            finished = {Path(k.path): spare / f"{k.kind}.parquet" for k in kinds}
            put_in_place(finished, var)
        report = json.dumps(result.report, ensure_ascii=False, indent=1)
        (folder / "report.json").write_text(report, encoding="utf-8")
        return result
    except BaseException:
        remove_batch(var, batch_id)
        raise
    finally:
        shutil.rmtree(spare, ignore_errors=True)


@dataclass(slots=True)
class _Intake:
    """Be one import under way."""

    month: Month
    var: Path
    batch_id: int
    known: Known
    limits: Limits
    progress: Progress | None
    spare: Path
    ledger: Ledger
    connection: duckdb.DuckDBPyConnection
    pool: ThreadPoolExecutor
    looks: dict[Path, Future[TextFile | None]] = field(default_factory=dict)
    kinds: list[StagedKind] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)

    def run(self, path: Path, mapping: Mapping | None) -> list[StagedKind]:
        """Take in kind after kind, references and groups first; then compare the whole."""
        files, findings = input_files(path, mapping)
        for finding in findings:
            self.ledger.say(finding)
        create_references(self.connection, self.known)
        self._look_ahead(files)
        by_kind = {kind: [f for f in files if f.rule.kind == kind] for kind in KINDS}
        present = [kind for kind, its in by_kind.items() if its]
        for done, kind in enumerate(present):
            self._report(kind, done, len(present))
            self._take(kind, by_kind[kind])
        self._report("compare", len(present), len(present))
        self._check_presence(set(present))
        if not self.ledger.refused:
            self._compare()
        return self.kinds

    def _look_ahead(self, files: list[InputFile]) -> None:
        """Look at large files in a thread while the small ones before them are read."""
        for file in files:
            if file.path and file.path.stat().st_size >= LARGE_BYTES:
                self.looks[file.path] = self.pool.submit(text_of, file, self.spare)

    def _report(self, step: str, done: int, total: int) -> None:
        if self.progress is not None:
            self.progress(step, done, total)

    def _take(self, kind: str, files: list[InputFile]) -> None:
        contract = KINDS[kind]
        stage = Stage(contract, self.connection, self.month, self.ledger, self.limits, self.spare)
        sources = list(self._opened(files))
        refused = len(sources) < len(files)
        for source in sources:
            try:
                stage.read(source)
            except FileRefused as refusal:
                self.ledger.say(refusal.finding)
                refused = True
        if refused or not self._groups_are_there(stage):
            return
        more = f" …（{len(files)}）" if len(files) > 1 else ""
        self.shown[kind] = files[0].shown + more
        target = self.spare / f"{kind}.parquet"
        write_kind(stage, target)
        warn_of_kind(stage)
        self._check_share(stage)
        learn(self.connection, kind, str(target))
        staged = counted(stage, target, extract_path(kind, self.month, self.batch_id))
        self.kinds.append(staged)
        self._check_empty(stage, staged)
        for n, _ in enumerate(stage.typed):
            stage.typed[n].path.unlink(missing_ok=True)

    def _opened(self, files: list[InputFile]) -> Iterable[Source]:
        for number, file in enumerate(files):
            try:
                ahead = self.looks.get(file.path) if file.path else None
                text = ahead.result() if ahead else text_of(file, self.spare)
                yield open_source(file, number, text, self.ledger)
            except FileRefused as refusal:
                self.ledger.say(refusal.finding)

    def _groups_are_there(self, stage: Stage) -> bool:
        """Refuse children of groups when no groups of the month are known at all."""
        if not stage.contract.of_group:
            return True
        row = self.connection.execute("SELECT 1 FROM ref_group LIMIT 1").fetchone()
        if row is None and not self.ledger.refused:
            shown = stage.sources[0].file.shown
            self.ledger.say(Finding("groups_missing", "R", stage.contract.kind, shown))
        return row is not None

    def _check_share(self, stage: Stage) -> None:
        tally = self.ledger.tally(stage.contract.kind)
        limit = self.limits.quarantine_share
        if tally.n_causes > limit * tally.n_in:
            share = f"{tally.n_causes / tally.n_in:.1%}"
            params = {"limit": f"{limit:.0%}"}
            kind, n = stage.contract.kind, tally.n_causes
            file = self.shown[kind]
            code = "too_many_quarantined"
            self.ledger.say(Finding(code, "R", kind, file, None, "", share, n, params))

    def _check_empty(self, stage: Stage, staged: StagedKind) -> None:
        if staged.n_in == 0:
            verdict: Verdict = "R" if stage.contract.monthly else "W"
            shown = stage.sources[0].file.shown
            self.ledger.say(Finding("no_rows", verdict, stage.contract.kind, shown))

    def _check_presence(self, present: set[str]) -> None:
        for contract in KINDS.values():
            there = contract.kind in present or contract.kind in self.known.files_of_month
            if contract.monthly and not there:
                self.ledger.say(Finding("monthly_kind_missing", "W", contract.kind))

    def _compare(self) -> None:
        staged = {kind.kind: kind for kind in self.kinds}
        now = dict(self.known.files_of_month)
        now.update({kind: (self.spare / f"{kind}.parquet",) for kind in staged})
        History(
            self.connection,
            self.month,
            staged,
            now,
            self.known,
            self.limits,
            self.ledger,
            self.shown,
        ).check()


def _result(
    digest: str, month: Month, ledger: Ledger, kinds: list[StagedKind], rejects: Path
) -> IntakeResult:
    accepted = not ledger.refused
    findings = ledger.findings()
    staged = tuple(kinds)
    counts = {v: sum(f.verdict == v for f in findings) for v in "RQNW"}
    report: dict[str, Any] = {
        "month": str(month),
        "accepted": accepted,
        "content_hash": digest,
        "verdicts": counts,
        "findings": [finding.as_dict() for finding in findings[:FINDINGS_KEPT]],
        "kinds": [_kind_report(kind) for kind in staged],
    }
    return IntakeResult(accepted, digest, findings, staged if accepted else (), report, rejects)


def _kind_report(kind: StagedKind) -> dict[str, Any]:
    return {
        "kind": kind.kind,
        "label": KINDS[kind.kind].label,
        "n_in": kind.n_in,
        "n_accepted": kind.n_accepted,
        "n_quarantined": kind.n_quarantined,
        "n_dropped": kind.n_dropped,
        "money": {column: dict(sums) for column, sums in kind.money.items()},
    }
