"""Import extracts 导入: check and stage files as one batch, whole or not at all.

Imports of one month wait for each other on an advisory lock of the database. It is let go with the
connection, so a batch that is still being checked while nobody holds the lock was left by a worker
that died.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now

from accounts.models import AccountManager, OrgUnit
from core.errors import DomainError
from core.month import Month
from core.working_days import working_days
from warehouse.contract_kinds import KINDS
from warehouse.disk import filled, require_room
from warehouse.gate import IntakeResult, Known, Limits, PreviousExtract, Progress, UnitRef
from warehouse.gate_source import input_files
from warehouse.inputs import extract_files, extracts_of
from warehouse.intake import content_hash, take_in
from warehouse.mapping import Mapping, load_mapping
from warehouse.models import Extract, ImportBatch, Industry, Product
from warehouse.references import store_references, unseen_pinyin

log = logging.getLogger(__name__)
IMPORT_LOCKS = 4_711  # our range of advisory locks; the second number is the month
State = ImportBatch.State


@contextmanager
def import_lock(month: Month, *, wait: bool = True) -> Iterator[bool]:
    """Hold the right to import a month; without waiting, say whether it was free."""
    verb = "pg_advisory_lock" if wait else "pg_try_advisory_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {verb}(%s, %s)", [IMPORT_LOCKS, month.index])
        held = wait or bool(cursor.fetchone()[0])
    try:
        yield held
    finally:
        if held:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [IMPORT_LOCKS, month.index])


def check_batch(batch: ImportBatch, progress: Progress | None = None) -> ImportBatch:
    """Check and stage a batch that waits; return it, or the batch that already holds these bytes.

    Raises:
        DomainError: if the files or the mapping cannot even be looked at.
    """
    with import_lock(batch.month):
        batch.refresh_from_db()
        if batch.state != State.CHECKING:
            return batch
        try:
            return _check(batch, progress)
        except Exception as problem:
            refusal = problem if isinstance(problem, DomainError) else filled(problem, "导入")
            said = refusal or DomainError("internal", "导入时出现内部错误。", "请查看服务日志。")
            words = {"code": said.code, "message": said.message, "advice": said.hint}
            _refuse(batch, {"error": words})
            if refusal is None or refusal is problem:
                raise
            raise refusal from problem


def _check(batch: ImportBatch, progress: Progress | None) -> ImportBatch:
    source = Path(batch.source)
    mapping = load_mapping(Path(batch.mapping_name)) if batch.mapping_name else None
    bytes_hash = content_hash(source, mapping)
    same = ImportBatch.objects.filter(
        month_index=batch.month_index, content_hash=bytes_hash, state=State.ACCEPTED
    ).first()
    if same is not None:
        batch.delete()
        same.already_imported = True
        return same
    files, _ = input_files(source, mapping)
    require_room([file.path for file in files if file.path], "导入")
    result = _take_in(batch, source, mapping, bytes_hash, progress)
    if result.accepted:
        _accept(batch, result, bytes_hash)
    else:
        _refuse(batch, result.report, bytes_hash)
    batch.refresh_from_db()
    return batch


def _take_in(
    batch: ImportBatch,
    source: Path,
    mapping: Mapping | None,
    bytes_hash: str,
    progress: Progress | None,
) -> IntakeResult:
    return take_in(
        source,
        month=batch.month,
        mapping=mapping,
        var=Path(settings.GCVA_VAR),
        batch_id=batch.pk,
        known=known_before(batch.month),
        limits=Limits(
            quarantine_share=settings.GCVA_QUARANTINE_LIMIT,
            bucket_share=settings.GCVA_BUCKET_LIMIT,
            threads=settings.GCVA_ENGINE_THREADS,
            memory=settings.GCVA_ENGINE_MEMORY,
        ),
        progress=progress,
        digest=bytes_hash,
    )


def _accept(batch: ImportBatch, result: IntakeResult, bytes_hash: str) -> None:
    var = Path(settings.GCVA_VAR)
    extracts = [
        Extract(
            batch=batch,
            kind=kind.kind,
            month_index=batch.month_index,
            path=kind.path,
            n_in=kind.n_in,
            n_accepted=kind.n_accepted,
            n_quarantined=kind.n_quarantined,
            n_dropped=kind.n_dropped,
            money={column: dict(sums) for column, sums in kind.money.items()},
        )
        for kind in result.kinds
    ]
    files = {extract.kind: extract_files(extract) for extract in extracts}
    pinyin = unseen_pinyin(files)
    with transaction.atomic():
        Extract.objects.bulk_create(extracts)
        store_references(files, pinyin)
        ImportBatch.objects.filter(pk=batch.pk).update(
            state=State.ACCEPTED,
            content_hash=bytes_hash,
            report=result.report,
            finished_at=Now(),
        )
    log.info("batch %s accepted: %s under %s", batch.pk, sorted(files), var)


def _refuse(batch: ImportBatch, report: dict[str, object], bytes_hash: str = "") -> None:
    """Keep what was wrong; take away whatever the attempt staged."""
    for folder in (Path(settings.GCVA_VAR) / "extracts").glob(f"*/month=*/batch={batch.pk}"):
        shutil.rmtree(folder, ignore_errors=True)
    ImportBatch.objects.filter(pk=batch.pk).update(
        state=State.REFUSED, content_hash=bytes_hash, report=report, finished_at=Now()
    )


def known_before(month: Month) -> Known:
    """Return what the gate compares an import with: reference codes and accepted extracts."""
    now = extracts_of(month)
    before = {
        kind: extract
        for kind, extract in extracts_of(month.plus(-1)).items()
        if extract.month_index == month.index - 1 or KINDS[kind].reference
    }
    return Known(
        units={
            unit.code: UnitRef(unit.level, unit.parent_id)
            for unit in OrgUnit.objects.filter(is_bucket=False)
        },
        account_managers=dict(
            AccountManager.objects.filter(is_bucket=False).values_list("code", "city_id")
        ),
        industries=frozenset(Industry.objects.values_list("code", flat=True)),
        products=frozenset(Product.objects.values_list("code", flat=True)),
        files_of_month={kind: extract_files(extract) for kind, extract in now.items()},
        previous={
            kind: PreviousExtract(
                extract_files(extract),
                extract.n_accepted,
                {column: sums["accepted"] for column, sums in extract.money.items()},
            )
            for kind, extract in before.items()
        },
        holiday_years=working_days().years,
    )
