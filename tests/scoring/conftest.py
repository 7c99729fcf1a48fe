"""Run the two scoring steps over rows said in a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.month import Month
from tests.scoring.months import Grade
from warehouse.context import RunContext
from warehouse.marts import GROUP_MONTH


@pytest.fixture
def run(db: None, tmp_path: Path) -> Grade:
    """Score and grade one month over the rows given; months before it that were run are pinned."""
    from scoring.steps import grade_step, pin_model, score_step

    folders: dict[int, Path] = {}

    def run_month(
        month: Month,
        rows: list[dict[str, Any]],
        *,
        upto: int = 0,
        model: int | None = None,
        again: str = "",
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
            model_version_id=pin_model(month) if model is None else model,
            adjustments_upto=upto,
            engine=None,  # type: ignore[arg-type] - the scoring steps never ask it
            progress=lambda done, total, message: None,
            check_fence=lambda: None,
        )
        rows = [row | {"month": month.index} for row in rows]
        pq.write_table(pa.Table.from_pylist(rows, GROUP_MONTH.schema), ctx.path("group_month"))
        assert score_step(ctx) == grade_step(ctx)
        folders[month.index] = folder
        return ctx

    return run_month
