"""A presentation says what its page says: the same sentences, numbers, rows and masks."""

from __future__ import annotations

import io
from functools import cache

import pytest
from django.utils import translation
from django.utils.html import strip_tags
from pptx import Presentation

from core.masked import Masked
from core.money import LI_PER_WAN
from core.slides_table import N_COLUMNS, N_ROWS
from tests.analytics.published import client_of

ROOMS = (
    "home",
    "grading",
    "member_analysis",
    "product_usage",
    "contribution",
    "income_composition",
    "grade_changes",
    "price_elasticity",
    "anomaly_alerts",
)
READERS = ("province", "city", "manager")
DOORS = [(room, reader) for room in ROOMS for reader in READERS] + [
    ("multi_dimensional", "province")
]


@cache  # several tests hold parts of one page to its slides; none of them writes
def page_of(user, room, query=""):
    path = "/" if room == "home" else f"/{room}/"
    response = client_of(user).get(path + query)
    assert response.status_code == 200
    return response.context["page"]


@cache
def slides_of(user, room, query=""):
    response = client_of(user).get(f"/{room}.pptx{query}")
    assert response.status_code == 200, (room, response.status_code)
    assert "attachment" in response.headers["Content-Disposition"]
    return list(Presentation(io.BytesIO(response.content)).slides)


def titled(slides, title):
    return next(slide for slide in slides if slide.shapes.title.text == title)


def texts_of(slide):
    return [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]


def charts_of(slide):
    return [shape.chart for shape in slide.shapes if shape.has_chart]


def cells_of(slide):
    table = next(shape.table for shape in slide.shapes if shape.has_table)
    return [[cell.text for cell in row.cells] for row in table.rows]


def drawn_values(figure):
    """Return what the page draws, trace by trace, money in 万元."""
    factor = {"li": LI_PER_WAN, "points": 0.01}.get(figure.get("measure"), 1)
    found = []
    for trace in figure["data"]:
        if "meta" in trace:
            values = trace["meta"]["counts"]
        elif trace["type"] == "bar":
            values = trace["x" if trace.get("orientation") == "h" else "y"]
        elif trace.get("xaxis") == "x2" or "error_x" in trace:
            values = trace["x"]
        else:
            values = trace["y"]
        is_ratio_panel = "xaxis" in trace or "yaxis" in trace
        found.append([v if v is None or is_ratio_panel else v / factor for v in values])
    return found


def written_values(slide):
    return [list(series.values) for chart in charts_of(slide) for series in chart.plots[0].series]


def own_charts(slides, room):
    """Return the titles of charts that only the slides have: the home report's."""
    return [slide.shapes.title.text for slide in slides if room == "home" and charts_of(slide)]


@pytest.mark.parametrize("reader", READERS)
def test_the_report_has_native_charts_with_the_numbers_of_its_cards(published, reader):
    user = getattr(published, reader)
    page, slides = page_of(user, "home"), slides_of(user, "home")
    history = {kpi.code: list(kpi.history) for kpi in page.kpis}
    known = [value for value in history["total_income_li"] if value is not None]
    income, a_class = (written_values(titled(slides, t)) for t in ("收入走势", "A级集团数走势"))
    assert len(income) == 4
    assert income[0] == [pytest.approx(value / LI_PER_WAN) for value in known]
    assert a_class[0][-1] == history["n_a_class"][-1]
    titles = own_charts(slides, "home")
    assert (
        titles[2:]
        == {
            "province": ["各地市集团整体收入"],
            "city": ["各客户经理集团整体收入"],
            "manager": [str(page.spotlight.title)] if page.spotlight else [],
        }[reader]
    )
    if reader != "manager":
        (bars,) = written_values(titled(slides, titles[2]))
        assert sum(bars) == pytest.approx(known[-1] / LI_PER_WAN)


@pytest.mark.parametrize(("room", "reader"), DOORS)
def test_every_chart_of_the_page_is_a_native_one_with_the_same_numbers(published, room, reader):
    user = getattr(published, reader)
    page, slides = page_of(user, room), slides_of(user, room)
    for card in page.charts:
        slide = titled(slides, str(card.title))
        if card.drawing.figure["data"][0]["type"] == "heatmap":
            rows = [tuple(line) for line in cells_of(slide)[1:]]
            assert rows == list(card.drawing.table.rows)
            continue
        said = drawn_values(card.drawing.figure)
        written = written_values(slide)
        assert len(said) == len(written)
        for one, other in zip(said, written, strict=True):
            assert other == [None if v is None else pytest.approx(v) for v in one], card.title


@pytest.mark.parametrize(("room", "reader"), DOORS)
def test_a_deck_has_a_slide_for_every_part_of_its_page_and_no_other(published, room, reader):
    user = getattr(published, reader)
    page, slides = page_of(user, room), slides_of(user, room)
    titles = [slide.shapes.title.text for slide in slides]
    wanted = [str(page.title), *(["关键指标"] if page.kpis else [])]
    wanted += [str(card.title) for card in page.charts] or own_charts(slides, room)
    wanted += [str(page.table.table.title)] if page.table and page.table.rows else []
    more = ("本月要点", "本月要点（续）", "说明与指标口径", "说明与指标口径（续）")
    assert [title for title in titles if title not in more] == wanted
    assert titles[1] == "本月要点"
    assert titles[-1].startswith("说明与指标口径")


@pytest.mark.parametrize(("room", "reader"), DOORS)
def test_sentences_and_key_figures_are_those_of_the_page(published, room, reader):
    user = getattr(published, reader)
    page, slides = page_of(user, room), slides_of(user, room)
    said = "".join("".join(texts_of(slide)) for slide in slides if "要点" in texts_of(slide)[0])
    said = "".join(said.split())
    for finding in page.findings:
        assert "".join(strip_tags(str(finding.html)).split()) in said
    if page.kpis:
        lines = cells_of(titled(slides, "关键指标"))[1:]
        assert [line[:2] for line in lines] == [[str(k.label), str(k.value)] for k in page.kpis]


@pytest.mark.parametrize(("room", "reader"), DOORS)
def test_the_table_shows_its_first_rows_and_says_of_how_many(published, room, reader):
    user = getattr(published, reader)
    page, slides = page_of(user, room), slides_of(user, room)
    if not page.table or not page.table.rows:
        return
    slide = titled(slides[::-1], str(page.table.table.title))  # a heat map may have its name
    n_shown = min(len(page.table.rows), N_ROWS)
    assert any(f"显示 {n_shown} 行，共 {page.table.n_rows} 行" in text for text in texts_of(slide))
    lines = cells_of(slide)
    assert len(lines) == 1 + bool(page.table.totals) + n_shown
    columns = [each for each in page.table.table.shown if not each.is_step][:N_COLUMNS]
    rows = lines[1 + bool(page.table.totals) :]
    for row, line in zip(page.table.rows, rows, strict=False):
        for column, text in zip(columns, line, strict=True):
            if isinstance(column.value_of(row), Masked):
                assert text in ("<3", "已屏蔽")


def test_a_narrowed_table_says_by_what_and_offers_nothing_to_click(published):
    grade = page_of(published.manager, "grading").table.rows[0]["effective_grade"]
    narrowed = slides_of(published.manager, "grading", f"?grade={grade}")
    assert f"生效等级: {grade}" in "".join(texts_of(titled(narrowed, "集团清单")))
    assert ["筛选条件", f"生效等级: {grade}"] in cells_of(titled(narrowed, "说明与指标口径"))
    assert "等级调整" not in cells_of(titled(narrowed, "集团清单"))[0]
    whole = slides_of(published.manager, "grading")
    assert "筛选条件" not in str(cells_of(titled(whole, "说明与指标口径")))


def test_masked_amounts_stay_masked_on_the_slides(published):
    """A county where some account manager has one or two groups hides that one's amounts."""
    for unit in counties_of(published):
        query = f"?unit={unit}&by=account_manager"
        page = page_of(published.city, "income_composition", query)
        hidden = [
            (i, j)
            for i, row in enumerate(page.table.rows[:N_ROWS])
            for j, column in enumerate(page.table.table.shown[:N_COLUMNS])
            if isinstance(column.value_of(row), Masked)
        ]
        if hidden:
            break
    assert hidden
    slides = slides_of(published.city, "income_composition", query)
    lines = cells_of(titled(slides, str(page.table.table.title)))[2:]
    assert [
        (i, j) for i, line in enumerate(lines) for j, t in enumerate(line) if t in ("<3", "已屏蔽")
    ] == hidden


def counties_of(published):
    from warehouse.models import OrgMonth

    rows = OrgMonth.objects.in_run(published.run).at_level("county").rolled_up()
    return list(rows.filter(city_code=published.city_code).values_list("county_code", flat=True))


def test_the_first_slide_says_scope_month_model_run_and_who(published):
    text = "".join(texts_of(slides_of(published.city, "grading")[0]))
    for word in ("范围", "账期　2026年10月", "模型", "发布于", f"#{published.run}", "导出人"):
        assert word in text


def test_what_a_page_refuses_its_presentation_refuses(published):
    assert client_of(published.city).get("/multi_dimensional.pptx").status_code == 403
    assert client_of(published.manager).get("/multi_dimensional.pptx").status_code == 403
    foreign = f"/grading.pptx?am={published.other_manager.account_manager_id}"
    assert client_of(published.manager).get(foreign).status_code == 404
    assert client_of(published.province).get("/grading.pptx?month=2001-01").status_code == 404
    assert client_of(published.operator).get("/grading.pptx").status_code == 403


def test_the_page_offers_its_presentation_with_the_state_of_its_address(published):
    html = client_of(published.city).get("/grading/?by=county&sort=-n_groups&page=1").content
    assert b"/grading.pptx?by=county&amp;sort=-n_groups" in html


def test_a_deck_in_english_has_no_chinese_heading(published):
    browser = client_of(published.province)
    browser.cookies["django_language"] = "en"
    with translation.override(None):  # the language of a request outlives it in its thread
        deck = Presentation(io.BytesIO(browser.get("/grading.pptx").content))
    titles = [slide.shapes.title.text for slide in deck.slides]
    assert "Key figures" in titles
    assert not any("\u4e00" <= sign <= "\u9fff" for title in titles for sign in title), titles
