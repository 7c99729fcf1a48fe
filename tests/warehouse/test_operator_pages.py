"""The operator's pages say what came of an import or a run, and what cannot be done."""

from __future__ import annotations

import pytest

from accounts.models import User
from scoring.actions import ensure_default_model
from tests.analytics.published import client_of
from tests.warehouse.tiny_province import AUGUST, MONTHS
from tests.warehouse.worlds import run, take_in_by_hand
from warehouse import queries
from warehouse.models import ImportBatch, MonthRun
from warehouse.publish import publish_newest

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator():
    return client_of(User.objects.create_user("op", role=User.Role.OPERATOR))


def test_an_import_that_went_away_because_its_bytes_are_known_says_so(operator):
    page = operator.get("/imports/batches/4711/?asked=1")
    assert page.status_code == 200 and "相同内容已导入" in page.content.decode()
    poll = operator.get(
        "/imports/batches/4711/", headers={"HX-Request": "true", "HX-Target": "batch"}
    )
    assert "相同内容已导入" in poll.content.decode() and "<html" not in poll.content.decode()
    assert operator.get("/imports/batches/4711/").status_code == 404


def test_a_batch_under_check_is_polled_and_a_finished_one_is_not(operator):
    batch = ImportBatch.objects.create(month_index=2026 * 12 + 10, source="x")
    assert 'hx-trigger="every 1s"' in operator.get(f"/imports/batches/{batch.pk}/").content.decode()
    finding = {"verdict": "R", "file": "members.csv", "line": 7, "column": "roaming", "n": 3}
    finding |= {"value": "<b>1,2</b>", "message": "数值不正确", "advice": "请检查"}
    said = {"verdicts": {"R": 1}, "findings": [finding]}
    ImportBatch.objects.filter(pk=batch.pk).update(state="refused", report=said)
    html = operator.get(f"/imports/batches/{batch.pk}/").content.decode()
    assert "hx-trigger" not in html and "预检未通过" in html
    assert "members.csv · 第 7 行 · roaming" in html and "数值不正确" in html and "请检查" in html
    assert "<b>1,2</b>" not in html
    assert "开始导入" not in html and "整批撤销" not in html


def test_an_error_of_the_check_is_shown_with_its_advice(operator):
    report = {"error": {"code": "x", "message": "映射文件无法读取。", "advice": "请检查第 3 行。"}}
    batch = ImportBatch.objects.create(
        month_index=2026 * 12 + 10, source="x", state="refused", report=report
    )
    html = operator.get(f"/imports/batches/{batch.pk}/").content.decode()
    assert "映射文件无法读取。" in html and "请检查第 3 行。" in html


def test_a_run_under_way_shows_its_step_rate_and_rest_and_can_be_cancelled(operator):
    run = MonthRun.objects.create(
        month_index=2026 * 12 + 10,
        state="running",
        step="facts",
        progress={"done": 500, "total": 2000, "rate": 250.0, "rest_seconds": 6},
    )
    html = operator.get(f"/imports/runs/{run.pk}/").content.decode()
    for text in ("500 / 2,000", "250 行/秒", "剩余约 6.0 秒", "取消运行", "可以关闭此页"):
        assert text in html, text
    assert operator.post(f"/imports/runs/{run.pk}/cancel/").status_code == 302
    run.refresh_from_db()
    assert run.state == "cancelled"
    assert "hx-trigger" not in operator.get(f"/imports/runs/{run.pk}/").content.decode()


def test_what_cannot_be_done_is_said_on_the_page_and_changes_nothing(operator):
    answer = operator.post("/imports/months/2026-10/publish/", follow=True)
    assert "没有待发布的运行结果" in answer.content.decode()
    answer = operator.post("/imports/months/2026-10/run/", follow=True)
    assert "缺少必需的清单" in answer.content.decode()
    assert operator.post("/imports/months/october/publish/").status_code == 404
    assert not queries.run_history().exists()


def test_a_batch_that_was_run_and_published_does_not_ask_to_be_imported(operator, var_folder):
    ensure_default_model()
    batch = take_in_by_hand(AUGUST, MONTHS[AUGUST])
    address = f"/imports/batches/{batch.pk}/"
    before = operator.get(address).content.decode()
    assert "可以开始导入" in before and "重新运行" not in before
    made = run(AUGUST, publish=False)
    after = operator.get(address).content.decode()
    assert f"已导入（运行 #{made.pk}）" in after and "尚未发布此结果" in after
    assert "开始导入" not in after and "重新运行" in after
    publish_newest(AUGUST, user_id=None)
    assert "该账期已发布" in operator.get(address).content.decode()
