"""A file of many rows is written in the background, for its owner alone, as they may see it now."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import override_settings
from django.utils import timezone

from accounts.models import User
from analytics import export_jobs, export_work
from analytics.export_models import ExportJob
from tests.analytics.published import client_of

State = ExportJob.State
GROUPS = "/contribution/export/?by=group"


@pytest.fixture(autouse=True)
def low_threshold(settings):
    settings.GCVA_EXPORT_JOB_ROWS = 5


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def ask(user, path=f"{GROUPS}&format=csv"):
    response = client_of(user).get(path)
    assert (response.status_code, response.headers["Location"]) == (302, "/exports/")
    return ExportJob.objects.latest("pk")


def written(user, path=f"{GROUPS}&format=csv"):
    job = ask(user, path)
    assert export_work.work_on_export(job.pk)
    job.refresh_from_db()
    assert job.state == State.DONE
    return job


def streamed(user, path=f"{GROUPS}&format=csv"):
    with override_settings(GCVA_EXPORT_JOB_ROWS=10**9):
        return body(client_of(user).get(path))


def files():
    return sorted(path.name for path in export_jobs.exports_folder().iterdir())


def test_a_file_below_the_threshold_is_streamed_at_once(published):
    response = client_of(published.province).get("/multi_dimensional/export/?format=csv&q=none")
    assert response.status_code == 200
    assert not ExportJob.objects.exists()


def test_above_it_the_page_says_so_and_leads_to_the_list(published):
    browser = client_of(published.city)
    html = browser.get(f"{GROUPS}&format=csv", follow=True).content.decode()
    job = ExportJob.objects.get()
    assert f"{job.n_rows:,} 行，超过 5 行" in html
    assert "排队中" in html
    assert f'action="/exports/{job.pk}/delete/"' in html


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_file_is_the_one_that_would_have_been_streamed(published, kind):
    path = f"{GROUPS}&format={kind}"
    job = written(published.city, path)
    response = client_of(published.city).get(f"/exports/{job.pk}/file/")
    assert response.status_code == 200
    assert f".{kind}" in response.headers["Content-Disposition"]
    got = body(response)
    if kind == "csv":
        assert got == streamed(published.city)
        assert got.count(b"\n") == job.n_rows + 1
    else:
        assert rows_of(got) == rows_of(streamed(published.city, path))


def rows_of(workbook):
    import io

    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize(
    "path",
    [
        "/grading/export/?format=csv",
        "/member_analysis/export/?format=csv",
        "/product_usage/export/?by=groups&format=csv",
        "/income_composition/export/?by=group&format=csv",
        "/grade_changes/export/?format=csv",
        "/price_elasticity/export/?by=groups&format=csv",
        "/anomaly_alerts/export/?format=csv",
    ],
)
def test_every_room_writes_the_same_in_the_background(published, path, settings):
    settings.GCVA_EXPORT_JOB_ROWS = 0
    direct = streamed(published.manager, path)
    job = written(published.manager, path)
    assert (export_jobs.exports_folder() / job.path).read_bytes() == direct


def test_asked_twice_one_file_is_written(published):
    first = ask(published.city)
    assert ask(published.city).pk == first.pk
    assert ExportJob.objects.count() == 1
    assert export_work.work_on_export(first.pk)
    assert not export_work.work_on_export(first.pk)  # the message came twice


def test_looking_without_taking_asks_for_nothing(published):
    client_of(published.city).head(f"{GROUPS}&format=csv")
    assert not ExportJob.objects.exists()


def test_a_sixth_file_at_once_is_refused_in_a_sentence(published):
    for grade in ("A1", "A2", "B1", "B2", "C"):
        ExportJob.objects.filter(state=State.DONE).delete()
        ask(published.city, f"{GROUPS}&format=csv&sort=name&industry={grade}&x={grade}")
    response = client_of(published.city).get(f"{GROUPS}&format=xlsx")
    assert response.status_code == 409
    assert "5 个导出任务" in response.content.decode()


def test_somebody_elses_export_does_not_exist(published):
    job = written(published.city)
    browser = client_of(published.province)
    missing = browser.get("/exports/999999/file/")
    foreign = browser.get(f"/exports/{job.pk}/file/")
    assert foreign.status_code == missing.status_code == 404
    assert browser.post(f"/exports/{job.pk}/delete/").status_code == 404
    assert job.title not in browser.get("/exports/").content.decode()
    assert ExportJob.objects.filter(pk=job.pk).exists()


def test_a_role_lost_before_it_is_written_refuses_the_file(published):
    before = files()
    job = ask(published.city)
    User.objects.filter(pk=published.city.pk).update(role=User.Role.NONE)
    assert not export_work.work_on_export(job.pk)
    job.refresh_from_db()
    assert (job.state, job.path) == (State.FAILED, "")
    assert "没有" in job.message
    assert files() == before


def test_a_role_lost_afterwards_refuses_the_download(published):
    job = written(published.city)
    User.objects.filter(pk=published.city.pk).update(role=User.Role.NONE)
    now = User.objects.get(pk=published.city.pk)  # the shared one stays as it is
    assert client_of(now).get(f"/exports/{job.pk}/file/").status_code == 403
    (export_jobs.exports_folder() / job.path).unlink()


def test_a_scope_that_changed_refuses_the_download(published):
    job = written(published.city)
    ExportJob.objects.filter(pk=job.pk).update(scope_key="city|1|||")
    response = client_of(published.city).get(f"/exports/{job.pk}/file/")
    assert response.status_code == 403
    assert "数据范围已经变化" in response.content.decode()


def test_a_dead_workers_file_is_written_by_another(published, monkeypatch):
    job = ask(published.city)

    def die(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(export_work, "write_file", die)
    with pytest.raises(KeyboardInterrupt):
        export_work.work_on_export(job.pk)
    monkeypatch.undo()
    assert not export_work.work_on_export(job.pk)  # the lease still stands
    ExportJob.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    assert export_jobs.waiting_exports() == [job.pk]
    assert export_work.work_on_export(job.pk)


def test_a_worker_that_was_overtaken_leaves_no_file(published, monkeypatch):
    job = ask(published.city)
    before = files()
    monkeypatch.setattr(export_work, "_EVERY", 2)
    write = export_work.write_file

    def overtaken(path, table, rows, **more):
        ExportJob.objects.filter(pk=job.pk).update(attempt=7)
        return write(path, table, rows, **more)

    monkeypatch.setattr(export_work, "write_file", overtaken)
    assert not export_work.work_on_export(job.pk)
    assert files() == before


def test_an_export_that_always_dies_says_so_in_the_end(published):
    job = ask(published.city)
    ExportJob.objects.update(attempt=export_work.MAX_ATTEMPTS)
    assert not export_work.work_on_export(job.pk)
    job.refresh_from_db()
    assert (job.state, "缩小范围" in job.message) == (State.FAILED, True)


def test_after_its_days_a_file_is_gone_and_the_list_says_so(published):
    job = written(published.city)
    name = job.path
    ExportJob.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert client_of(published.city).get(f"/exports/{job.pk}/file/").status_code == 409
    assert export_jobs.expire_exports() == 1
    assert name not in files()
    html = client_of(published.city).get("/exports/").content.decode()
    assert "已过期" in html
    assert "重新导出" in html


def test_deleting_takes_the_file_along(published):
    job = written(published.city)
    assert job.path in files()
    response = client_of(published.city).post(f"/exports/{job.pk}/delete/")
    assert response.status_code == 302
    assert job.path not in files()
    assert not ExportJob.objects.exists()


def test_a_bad_format_is_refused_before_anything_is_asked_for(published):
    response = client_of(published.city).get(f"{GROUPS}&format=pdf")
    assert response.status_code == 400
    assert not ExportJob.objects.exists()
