"""An import is one batch, whole or not at all, however often and by how many it is asked for."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import OrgUnit
from accounts.scope import Scope
from core.errors import DomainError
from core.month import Month
from gcva.province.build import write_province
from gcva.province.plan import Plan
from tests.warehouse.test_lease import in_parallel
from tests.warehouse.worlds import SYSTEM
from warehouse import actions, importing, reconcile
from warehouse.models import Extract, ImportBatch, Industry, MonthRun, NamePinyin
from warehouse.queries import published_runs

pytestmark = pytest.mark.django_db(transaction=True)
MONTH = Month(2026, 10)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("province")
    write_province(folder, Plan(groups=120, members=1_500, months=1, last_month=MONTH))
    return folder / str(MONTH)


def extract_files(var: Path) -> list[Path]:
    return sorted((var / "extracts").rglob("*.parquet"))


def test_eight_at_once_are_one_batch(files, var_folder):
    batches = in_parallel(8, lambda: actions.import_extracts(actor=SYSTEM, path=files, month=MONTH))
    assert len({batch.pk for batch in batches}) == 1
    assert sorted(batch.already_imported for batch in batches) == [False] + [True] * 7
    assert ImportBatch.objects.count() == 1
    assert len(extract_files(var_folder)) == Extract.objects.count()


def test_a_refused_import_leaves_everything_as_it_was(files, var_folder, tmp_path):
    broken = Path(shutil.copytree(files, tmp_path / "broken"))
    (broken / "members.csv").write_text("group_code,group_code\n1,2\n")
    refused = actions.import_extracts(actor=SYSTEM, path=broken, month=MONTH)
    assert refused.state == ImportBatch.State.REFUSED
    assert refused.report["findings"]
    assert not Extract.objects.exists()
    assert not OrgUnit.objects.exists()
    assert extract_files(var_folder) == []


def test_one_command_imports_runs_and_publishes_a_month(files, var_folder, capsys):
    call_command("run_month", str(MONTH), "--extracts", str(files), "--publish", "--json")
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] and said["import"]["ok"]
    assert [run.run for run in published_runs()] == [said["run"]]


def test_files_that_are_refused_come_to_no_run(files, var_folder, tmp_path):
    broken = Path(shutil.copytree(files, tmp_path / "broken"))
    (broken / "members.csv").write_text("group_code,group_code\n1,2\n")
    with pytest.raises(CommandError, match="已拒绝") as refused:
        call_command("run_month", str(MONTH), "--extracts", str(broken), "--publish")
    assert refused.value.returncode == 2
    assert "members.csv" in str(refused.value)
    assert not MonthRun.objects.exists()


def test_an_import_that_breaks_half_way_leaves_everything_as_it_was(files, var_folder, monkeypatch):
    def broken(*_):
        raise OSError("Input/output error")

    monkeypatch.setattr(importing, "store_references", broken)
    with pytest.raises(OSError, match="Input/output"):
        actions.import_extracts(actor=SYSTEM, path=files, month=MONTH)
    assert [batch.state for batch in ImportBatch.objects.all()] == ["refused"]
    assert not Extract.objects.exists()
    assert extract_files(var_folder) == []
    monkeypatch.undo()


def test_a_second_import_of_references_changes_only_what_differs(files, var_folder, tmp_path):
    actions.import_extracts(actor=SYSTEM, path=files, month=MONTH)
    n_names = NamePinyin.objects.count()
    changed = Path(shutil.copytree(files, tmp_path / "changed"))
    path = changed / "industries.csv"
    header, first, *rest = path.read_text(encoding="utf-8").splitlines()
    code = first.split(",")[0]
    renamed = ",".join([code, "改名行业", *first.split(",")[2:]])
    path.write_text("\n".join([header, renamed, *rest]) + "\n", encoding="utf-8")
    actions.import_extracts(actor=SYSTEM, path=changed, month=MONTH)
    assert Industry.objects.get(code=code).name == "改名行业"
    assert NamePinyin.objects.count() == n_names


def test_an_import_whose_worker_died_is_found_again(files, var_folder, settings):
    settings.GCVA_RECONCILE_SECONDS = 0
    batch = actions.request_import(actor=SYSTEM, path=files, month=MONTH)
    assert reconcile.waiting_batches() == [batch.pk]
    actions.check_requested_batch(batch.pk)
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.ACCEPTED
    assert reconcile.waiting_batches() == []
    assert actions.check_requested_batch(batch.pk) is None, "a doubled message does nothing"


def test_who_may_not_import_leaves_no_batch(files, var_folder):
    with pytest.raises(DomainError) as refused:
        actions.import_extracts(actor=Scope(1, "x", "city"), path=files, month=MONTH)
    assert refused.value.status == 403
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["import_extracts", "/nowhere", "--month", "2026-10"], "找不到"),
        (["import_extracts", ".", "--month", "2026-13"], "无法识别"),
        (["run_month", "October"], "无法识别"),
        (["run_month", "2026-10"], "缺少必需的清单"),
        (["publish_month", "2026-10"], "没有待发布"),
        (["withdraw_month", "2026-10"], "尚未发布"),
    ],
)
def test_a_command_answers_bad_input_with_a_sentence_and_2(var_folder, capsys, words, says):
    with pytest.raises(CommandError, match=says) as refused:
        call_command(*words)
    assert refused.value.returncode == 2
    with pytest.raises(SystemExit) as ended:
        call_command(*words, "--json")
    assert ended.value.code == 2
    assert capsys.readouterr().out.count("\n") == 1
