"""A small province written once a session, and its files as frames.

``gcva`` is imported inside the fixtures: it names the settings, and tests choose their own.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

if TYPE_CHECKING:
    from gcva.province.plan import Plan


@dataclass(frozen=True)
class Written:
    folder: Path
    plan: Plan
    truth: dict[str, Any]

    def read(self, month: str, kind: str) -> pd.DataFrame:
        path = self.folder / month / f"{kind}.csv"
        return pd.read_csv(path, dtype={"member_id": str, "birthday": str}, keep_default_na=True)


def written(tmp_path_factory: pytest.TempPathFactory, plan: Plan) -> Written:
    from gcva.province.build import write_province

    folder = tmp_path_factory.mktemp("province")
    write_province(folder, plan)
    return Written(folder, plan, json.loads((folder / "truth.json").read_text()))


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Written:
    from gcva.province.plan import Plan

    return written(tmp_path_factory, Plan(groups=400, members=12_000, months=3, seed=11))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Two months of the default size."""
    from gcva.province.plan import Plan

    return written(tmp_path_factory, Plan(months=2))
