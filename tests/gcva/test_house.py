"""The import rules decide: a planted violation fails, the house as it stands passes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.controller.servers import CHECKOUT

PACKAGES = (
    "core",
    "accounts",
    "warehouse",
    "scoring",
    "alerts",
    "adjustments",
    "analytics",
    "gcva",
)


@pytest.fixture
def copied_house(tmp_path) -> Path:
    for package in PACKAGES:
        shutil.copytree(
            CHECKOUT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    return tmp_path


def lint_imports(house: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=house,
        env={**os.environ, "PYTHONPATH": str(house)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_house_as_it_stands_keeps_its_rules(copied_house):
    done = lint_imports(copied_house)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("file", "line", "broken"),
    [
        ("core/planted.py", "import accounts.models", "core.planted -> accounts.models"),
        ("warehouse/planted.py", "import scoring.grades", "warehouse.planted -> scoring.grades"),
        (
            "analytics/home/planted.py",
            "import analytics.grading",
            "Rooms never import rooms BROKEN",
        ),
        ("scoring/score.py", "import django.conf", "Pure modules know no Django BROKEN"),
        ("warehouse/planted.py", "import guardian.shortcuts", "Only accounts grants BROKEN"),
    ],
)
def test_a_planted_violation_is_named(copied_house, file, line, broken):
    with (copied_house / file).open("a") as module:
        module.write(f"\n{line}\n")
    done = lint_imports(copied_house)
    assert done.returncode == 1
    assert broken in done.stdout


def test_every_room_is_under_the_rule_for_rooms():
    rooms = {
        f"analytics.{folder.parent.name}"
        for folder in (CHECKOUT / "analytics").glob("*/__init__.py")
    }
    contracts = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"]["importlinter"]
    rule = next(c for c in contracts["contracts"] if c["type"] == "independence")
    assert rooms - {"analytics.migrations"} == set(rule["modules"])
