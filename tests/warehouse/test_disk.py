"""Work is refused before the disk is full, and extracts go when their time is over."""

from __future__ import annotations

import errno
import os
import shutil
from collections import namedtuple

import pytest

from core.errors import DomainError
from tests.intake.months import base_month
from tests.warehouse.tiny_province import AUGUST, MONTHS, OCTOBER, SEPTEMBER
from tests.warehouse.worlds import SYSTEM, run, take_in_by_hand
from warehouse import actions, context, disk, engine, importing
from warehouse.inputs import extract_files, extracts_of
from warehouse.models import GroupMonth, ImportBatch, MonthRun
from warehouse.queries import published_run, run_folder
from warehouse.run import work_on

pytestmark = pytest.mark.django_db(transaction=True)
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def province(var_folder):
    for month, kinds in MONTHS.items():
        take_in_by_hand(month, kinds)


def test_a_run_for_which_there_is_no_room_is_refused_with_figures(province, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(1, 1, 0))
    with pytest.raises(DomainError) as refused:
        actions.create_run(actor=SYSTEM, month=AUGUST)
    assert refused.value.code == "disk_full"
    assert "剩余 0.0 GiB" in str(refused.value)
    assert not MonthRun.objects.exists()


def test_three_times_the_input_is_room_enough(tmp_path, settings, monkeypatch):
    settings.GCVA_VAR = tmp_path
    file = tmp_path / "members.csv"
    file.write_bytes(b"x" * 1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(1, 1, 2999))
    with pytest.raises(DomainError):
        disk.require_room([file], "导入")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(1, 1, 3000))
    disk.require_room([file], "导入")


def test_an_import_for_which_there_is_no_room_leaves_nothing(var_folder, tmp_path, monkeypatch):
    (tmp_path / "groups.csv").write_text("group_code\n")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(1, 1, 0))
    with pytest.raises(DomainError) as refused:
        actions.import_extracts(actor=SYSTEM, path=tmp_path, month=AUGUST)
    assert refused.value.code == "disk_full"
    assert not (var_folder / "extracts").exists()


def test_old_extracts_go_and_their_month_can_still_be_read(province, settings):
    for month in (AUGUST, SEPTEMBER, OCTOBER):
        run(month)
    settings.GCVA_KEEP_EXTRACT_MONTHS = 2
    before = GroupMonth.objects.in_run(published_run(AUGUST).run).count()
    assert disk.drop_old_extracts() > 0
    assert disk.drop_old_extracts() == 0, "done once is done"
    assert not extract_files(extracts_of(AUGUST)["members"])
    assert extract_files(extracts_of(SEPTEMBER)["members"])
    assert GroupMonth.objects.in_run(published_run(AUGUST).run).count() == before > 0
    for month in (AUGUST, SEPTEMBER):  # September reads August's members
        with pytest.raises(DomainError) as refused:
            actions.create_run(actor=SYSTEM, month=month)
        assert refused.value.code == "extracts_gone"


def test_reference_kinds_still_carried_over_stay(province, settings):
    for month in (AUGUST, SEPTEMBER, OCTOBER):
        run(month)
    settings.GCVA_KEEP_EXTRACT_MONTHS = 1
    disk.drop_old_extracts()
    assert all(extract_files(extract) for extract in extracts_of(OCTOBER).values())


def full(*_args, **_kwargs):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_run_that_fills_the_disk_says_so_and_goes_through_once_there_is_room(
    province, monkeypatch
):
    published = run(AUGUST, publish=True)
    with monkeypatch.context() as patch:
        patch.setattr(context, "write_parquet", full)
        patch.setattr(engine, "write_parquet", full)
        failed = actions.create_run(actor=SYSTEM, month=SEPTEMBER)
        assert work_on(failed.pk)
    failed.refresh_from_db()
    assert failed.state == MonthRun.State.FAILED
    assert "磁盘已满，运行没有完成" in failed.message and "清理磁盘后重试" in failed.message
    assert [path.name for path in run_folder(failed.pk).iterdir() if path.name[0] == "."] == []
    assert published_run(AUGUST).run == published.pk
    assert run(SEPTEMBER, publish=True).state == MonthRun.State.READY


def test_an_import_that_fills_the_disk_says_so_and_leaves_nothing(
    var_folder, tmp_path, monkeypatch
):
    month, given = OCTOBER, {"actor": SYSTEM, "path": base_month(tmp_path), "month": OCTOBER}
    with monkeypatch.context() as patch:
        patch.setattr(importing, "take_in", full)
        with pytest.raises(DomainError) as refused:
            actions.import_extracts(**given)
    assert refused.value.code == "disk_full" and "磁盘已满，导入没有完成" in str(refused.value)
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.report["error"]["code"]) == (ImportBatch.State.REFUSED, "disk_full")
    assert extracts_of(month) == {}
    assert actions.import_extracts(**given).state != ImportBatch.State.CHECKING


def test_other_faults_of_the_disk_are_not_called_full():
    assert disk.filled(OSError(errno.EIO, "Input/output error"), "运行") is None
    assert (
        disk.filled(RuntimeError("IO Error: No space left on device"), "运行").code == "disk_full"
    )
