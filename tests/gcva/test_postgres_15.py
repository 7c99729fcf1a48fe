"""What touches the database also passes on PostgreSQL 15, the oldest we promise."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gcva import embedded
from tests.controller.servers import CHECKOUT

POSTGRES_15 = Path("/usr/lib/postgresql/15")
AREAS = ["tests/accounts", "tests/warehouse", "tests/gcva/test_controller.py"]


@pytest.mark.live
@pytest.mark.skipif(
    not (POSTGRES_15 / "bin" / "postgres").exists(), reason="postgresql-15 is not installed"
)
def test_the_tests_that_use_the_database_pass_on_postgresql_15(tmp_path):
    own = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}
        and not name.startswith("PYTEST_")
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "2", "-m", "not live and not e2e", *AREAS],
        cwd=CHECKOUT,
        env={**own, "GCVA_POSTGRES": str(POSTGRES_15), "GCVA_TEST_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    home = embedded.facts(tmp_path)["postgres_home"]
    if home:
        shutil.rmtree(home)
    assert done.returncode == 0, done.stdout[-4000:]
    assert (tmp_path / "log" / "postgres.log").exists()
