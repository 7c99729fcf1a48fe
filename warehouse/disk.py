"""Look after the disk 磁盘: enough room before work begins, and nothing kept longer than agreed.

An import or run that dies of a full disk leaves nothing half published, but it costs an hour; so it
is refused before it starts, with the figures.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from core.errors import DomainError
from core.month import Month
from warehouse.contract_kinds import KINDS
from warehouse.inputs import extract_files
from warehouse.models import Extract, MonthRun
from warehouse.pinned import extract_ids
from warehouse.queries import published_runs

#: Staging, sorting and spilling together take up to three times what comes in.
ROOM_PER_INPUT = 3
#: Months before its own whose member rows, orders and prices a run reads.
MONTHS_READ = 2
GIB = 2**30


def require_room(inputs: Iterable[Path], what: str) -> None:
    """Refuse work for whose files the data folder has not room three times over.

    Raises:
        DomainError: ``disk_full`` with what is needed and what is left.
    """
    needed = ROOM_PER_INPUT * sum(path.stat().st_size for path in inputs if path.is_file())
    var = Path(settings.GCVA_VAR)
    free = shutil.disk_usage(var if var.exists() else var.parent).free
    if free < needed:
        raise DomainError(
            "disk_full",
            f"磁盘空间不足，未开始{what}：需要约 {needed / GIB:.1f} GiB，"
            f"剩余 {free / GIB:.1f} GiB（{var}）。",
            "请清理磁盘或缩短清单保留月数（GCVA_KEEP_EXTRACT_MONTHS）后重试；已发布的账期不受影响。",
        )


def filled(problem: BaseException, what: str) -> DomainError | None:
    """Return the refusal that a disk filled on the way is, whoever wrote; None for other faults."""
    is_full = getattr(problem, "errno", None) == errno.ENOSPC or os.strerror(errno.ENOSPC) in str(
        problem
    )
    if not is_full:
        return None
    return DomainError(
        "disk_full",
        f"磁盘已满，{what}没有完成，没有发布任何内容（{settings.GCVA_VAR}）。",
        "请清理磁盘后重试；已发布的账期不受影响。",
    )


def drop_old_extracts() -> int:
    """Delete the files of extracts older than is agreed; return how many extracts lost theirs.

    Marts stay, so every published month can still be read and windows still look back; what goes is
    the member rows of the unified view and the chance to run such a month again. A reference kind
    that is still carried over, and whatever a run under way has pinned, stays.
    """
    newest = max((each.month.index for each in published_runs()), default=None)
    if newest is None:
        return 0
    oldest = newest - settings.GCVA_KEEP_EXTRACT_MONTHS + 1
    pinned: set[int] = set()
    for run in MonthRun.objects.filter(month_index__gte=oldest):
        pinned |= set(extract_ids(run.inputs).values())
    for run in MonthRun.objects.under_way():
        for said in (run.inputs, *run.inputs.get("earlier", {}).values()):
            pinned |= set(extract_ids(said).values())
    old = Extract.objects.filter(month_index__lt=oldest).exclude(pk__in=pinned)
    return sum(_drop(extract) for extract in old.order_by("pk"))


def _drop(extract: Extract) -> bool:
    folder = (Path(settings.GCVA_VAR) / extract.path).parent
    if not folder.exists():
        return False
    shutil.rmtree(folder)
    return True


def require_extracts(month: Month, inputs: Mapping[str, Any]) -> list[Path]:
    """Return the files a run of the month would read.

    Raises:
        DomainError: ``extracts_gone`` if some of them are not kept any more.
    """
    wanted = dict.fromkeys(extract_ids(inputs).values(), month)
    for back in range(1, MONTHS_READ + 1):
        before = month.plus(-back)
        said = inputs.get("earlier", {}).get(str(before.index), {})
        wanted |= dict.fromkeys(extract_ids(said).values(), before)
    found: list[Path] = []
    for extract in Extract.objects.filter(pk__in=wanted).order_by("pk"):
        files = extract_files(extract)
        if not files:
            raise DomainError(
                "extracts_gone",
                f"账期 {wanted[extract.pk]} 的清单“{KINDS[extract.kind].label}”已超过保留期被清理，"
                f"无法重新运行 {month}。",
                "请重新导入该账期的文件后再运行。",
            )
        found += files
    return found
