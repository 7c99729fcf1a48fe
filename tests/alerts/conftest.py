"""Run the alert step over rows said in a test."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from core.month import Month
from tests.alerts.months import Judge
from warehouse.context import RunContext


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """Judge one month over the rows given; months before it that were run are pinned."""
    from alerts.steps import alert_step

    folders: dict[int, Path] = {}

    def run_month(
        month: Month, table: pa.Table, grades: list[str], *, again: str = ""
    ) -> RunContext:
        folder = tmp_path / f"{month}{again}"
        folder.mkdir()
        ctx = RunContext(
            run_id=len(folders) + 1,
            month=month,
            folder=folder,
            extracts={},
            earlier_extracts={},
            earlier_runs={index: path for index, path in folders.items() if index < month.index},
            model_version_id=1,
            adjustments_upto=0,
            engine=None,  # type: ignore[arg-type] - the alert step never asks it
            progress=lambda done, total, message: None,
            check_fence=lambda: None,
        )
        pq.write_table(table, ctx.path("group_month"))
        graded = pa.table({"group_code": table["group_code"], "effective_grade": grades})
        graded = graded.filter(pc.equal(table["excluded_reason"], ""))
        pq.write_table(graded, ctx.path("group_result"))
        assert alert_step(ctx) > 0
        folders[month.index] = folder
        return ctx

    return run_month
