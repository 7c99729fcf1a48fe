import json

import pytest

from core import chart_heat, chart_stack, charts
from core.chart_axis import (
    across,
    fits_across,
    in_two_lines,
    nice_step,
    shortened,
    text_width,
    ticks,
)
from core.month import Month
from core.parts import ChartCard
from tests.core.gallery import sample

MONTHS = [Month(2025, 10).plus(i) for i in range(13)]


def walk(part):
    if isinstance(part, dict):
        for value in part.values():
            yield from walk(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from walk(value)
    else:
        yield part


def drawings():
    return [card.drawing for card in sample.chart_cards()]


def test_no_figure_writes_a_colour_only_known_tokens():
    for drawing in drawings():
        for value in walk(drawing.figure):
            if isinstance(value, str):
                assert not value.startswith("#")
                assert not value.startswith("$") or value[1:] in charts.TOKENS["light"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_tokens_resolve_for_files(theme):
    for drawing in drawings():
        assert not any(
            isinstance(v, str) and v.startswith("$")
            for v in walk(charts.resolved(drawing.figure, theme))
        )


def test_every_chart_has_the_same_numbers_as_a_table():
    for card in sample.chart_cards():
        assert card.drawing.table.rows
        assert all(len(row) == len(card.drawing.table.headings) for row in card.drawing.table.rows)


def test_json_cannot_leave_its_script_block():
    text = charts.figure_json({"x": "</script><img src=x>&"})
    assert "<" not in text and "&" not in text
    assert json.loads(text) == {"x": "</script><img src=x>&"}


def test_a_waterfall_sums_and_every_step_stands_on_the_one_before():
    steps = [charts.Step("甲", 6.2), charts.Step("乙", -0.6), charts.Step("丙", 3.4)]
    drawing = charts.waterfall(charts.Step("参照", 56.0), steps, charts.Step("评分", 65.0))
    trace = drawing.figure["data"][0]
    at = 56.0
    for i, step in enumerate(steps, start=1):
        low, high = sorted((at, at + step.value))
        assert trace["base"][i] == pytest.approx(low)
        assert trace["x"][i] == pytest.approx(high - low)
        at += step.value
    assert trace["base"][4] + trace["x"][4] == pytest.approx(at)
    assert drawing.table.rows[2] == ("乙", "−0.6")


def test_a_waterfall_below_zero_keeps_its_bars_in_view():
    drawing = charts.waterfall(
        charts.Step("a", 2.0), [charts.Step("b", -5.0)], charts.Step("c", -3.0)
    )
    low, high = drawing.figure["layout"]["xaxis"]["range"]
    assert low <= -3.0 and high >= 2.0


def test_names_that_do_not_fit_lie_down_and_few_short_ones_stand():
    short = [charts.Bar(name, 1) for name in ("江汉区", "东湖区")]
    long = [charts.Bar("云岭土家族苗族自治州某某某某开发区", 1) for _ in range(14)]
    assert charts.bar_by_unit(short).figure["data"][0]["orientation"] == "v"
    assert charts.bar_by_unit(long).figure["data"][0]["orientation"] == "h"
    assert charts.bar_by_unit(short).figure["narrow"]["data"][0]["orientation"] == "h"


def test_standing_names_never_touch():
    names = [
        "江汉区",
        "东湖区",
        "新桥区",
        "青山区",
        "南湖区",
        "临江县",
        "古城县",
        "云岭县",
        "白沙镇片区",
        "市直管",
    ]
    assert fits_across(names)
    slot = (620 - 60) / len(names)
    for name in across(names):
        assert max(text_width(line) for line in name.split("<br>")) * 12 < slot


def test_the_longest_bar_leaves_room_for_its_label():
    bars = [charts.Bar("汉东市", 1_490_000_000), charts.Bar("云岭土家族苗族自治州", 4_000_000)]
    layout = charts.horizontal_bars(bars, measure="li").figure["layout"]
    room_px = (620 - layout["meta"]["nameEm"] * 12 - 40) * (
        1 - 1_490_000_000 / layout["xaxis"]["range"][1]
    )
    assert room_px >= layout["meta"]["labelEm"] * 12


def test_missing_months_are_gaps_not_zeros():
    values = (0.01, None, *[0.02] * 11)
    drawing = charts.line_trend(MONTHS, [charts.Line("本市", values)], measure="ratio")
    assert drawing.figure["data"][0]["y"][1] is None
    assert drawing.figure["data"][0]["connectgaps"] is False
    assert drawing.table.rows[1] == ("2025年11月", "—")


def test_charts_of_nothing_still_draw():
    assert charts.bar_by_unit([]).figure["data"]
    assert charts.line_trend([], []).figure["layout"]
    assert charts.grade_pyramid({"A1": 0, "C": 0}).figure["data"]
    assert charts.histogram([0, 5, 10], [0, 0]).figure["data"]


@pytest.mark.parametrize(
    ("low", "high", "measure"),
    [
        (0, 4_914, "people"),
        (0.58, 0.79, "ratio"),
        (0, 1, "count"),
        (0, 1.3e12, "li"),
        (-5, 3, "score"),
    ],
)
def test_ticks_cover_the_values_in_round_steps(low, high, measure):
    values, words = ticks(low, high, measure)
    assert values[0] <= low and values[-1] >= high
    assert len(values) == len(words) <= 8
    assert len(set(words)) == len(words)


@pytest.mark.parametrize(
    ("high", "measure", "words"),
    [
        (0.10, "ratio", ["0.0%", "2.5%", "5.0%", "7.5%", "10.0%"]),
        (0.40, "ratio", ["0%", "10%", "20%", "30%", "40%"]),
        (10, "score", ["0.0", "2.5", "5.0", "7.5", "10.0"]),
    ],
)
def test_equal_steps_are_labelled_equal(high, measure, words):
    assert ticks(0, high, measure)[1] == words


def test_numbers_that_stand_against_others_carry_no_sign():
    parts = [chart_stack.Part("升级", "$good"), chart_stack.Part("降级", "$bad")]
    drawing = chart_stack.stacked_bars(
        parts, [chart_stack.Stack("东山市", (4, -3))], measure="count", opposed=True
    )
    down = drawing.figure["data"][1]
    assert down["x"] == [-3] and down["hovertext"] == ["东山市<br>降级 3"]
    assert drawing.table.rows == (("东山市", "4", "3"),)
    assert not any(
        "-" in word or "−" in word for word in drawing.figure["layout"]["xaxis"]["ticktext"]
    )


def test_a_wide_heat_map_lies_down_where_it_is_narrow():
    columns = [f"行业{i}" for i in range(9)]
    cells = [[chart_heat.Heat(i + 10 * j, f"{j}-{i}") for i in range(9)] for j in range(2)]
    drawing = chart_heat.heat_map(["A", "B"], columns, cells)
    turned = drawing.figure["narrow"]
    assert drawing.figure["data"][0]["z"][1][8] == turned["data"][0]["z"][8][1] == 18
    assert [each["text"] for each in turned["layout"]["annotations"]][:3] == ["0-0", "1-0", "0-1"]


def test_a_phone_says_the_unit_of_a_heat_maps_columns_once():
    columns = ["0 members", "1–9 members", "200–999 members"]
    drawing = chart_heat.heat_map(["Manufacturing"], columns, [[chart_heat.Heat(1, "1")] * 3])
    narrow = drawing.figure["narrow"]["layout"]
    assert narrow["xaxis"]["ticktext"] == ["0", "1–9", "200–999"]
    assert narrow["xaxis"]["title"]["text"] == "members"
    assert narrow["yaxis"]["ticktext"] == ["Manufacturing"]
    assert drawing.figure["layout"]["xaxis"]["ticktext"] == columns


def test_a_phone_turns_column_names_that_find_no_room():
    columns = ["Agriculture", "Police and justice", "Townships", "Construction", "Education"]
    drawing = chart_heat.heat_map(["A"] * 9, columns * 2, [[chart_heat.Heat(1, "1")] * 10] * 9)
    axis = chart_heat.heat_map(["A"] * 10, columns * 2, [[chart_heat.Heat(1, "1")] * 10] * 10)
    assert axis.figure["narrow"]["layout"]["xaxis"]["tickangle"] == -90
    assert axis.figure["narrow"]["layout"]["xaxis"]["ticktext"] == columns * 2
    assert drawing.figure["narrow"]["layout"]["xaxis"]["tickangle"] == 0


def test_steps_are_round():
    assert [nice_step(span) for span in (4, 9, 37, 1_000)] == [1, 2.5, 10, 250]


def test_long_names_are_cut_with_an_ellipsis():
    assert shortened("江汉区") == "江汉区"
    assert shortened("青河高新技术产业开发区管理委员会").endswith("…")
    assert text_width(shortened("青河高新技术产业开发区管理委员会")) <= 12


def test_a_phone_writes_long_names_in_two_lines():
    assert in_two_lines("可测算", 11) == "可测算"
    assert in_two_lines("X1 price moved less than 2%", 11) == "X1 price moved less<br>than 2%"
    bars = [charts.Bar("X2 income, volume or price not positive", 3)]
    names = charts.horizontal_bars(bars).figure["narrow"]["layout"]["yaxis"]["ticktext"]
    assert all(text_width(line) <= 11 for line in names[0].split("<br>"))


def test_a_chart_without_any_value_says_so_and_a_zero_is_a_value():
    months = [Month(2026, 9), Month(2026, 10)]
    assert charts.line_trend(months, [charts.Line("a", (None, None))]).is_bare
    assert not charts.line_trend(months, [charts.Line("a", (None, 0.0))]).is_bare
    assert charts.bar_by_unit([charts.Bar("a", None), charts.Bar("b", None)]).is_bare


def test_nobody_counts_half_a_group():
    values, _ = ticks(0, 10, "count")
    assert all(float(value).is_integer() for value in values)


CITIES = ["石门川市", "青浦阳市", "玉泉州市", "松阳岭市", *(f"东山{i}市" for i in range(11))]


def card(span, names):
    drawing = charts.bar_by_unit([charts.Bar(name, i, ratio=0.1) for i, name in enumerate(names)])
    return ChartCard("units", "t", drawing, span=span)


def test_a_name_is_never_cut_inside_a_word_in_half_a_page():
    assert card(12, CITIES).figure["data"][0]["orientation"] == "v"
    assert card(7, CITIES).figure["data"][0]["orientation"] == "h"
    assert card(7, CITIES[:3]).figure["data"][0]["orientation"] == "v"
    assert card(7, CITIES).height == card(7, CITIES).figure["layout"]["height"]


def test_a_legend_shows_only_what_is_drawn():
    drawing = charts.bar_by_unit([charts.Bar("甲", 3, ratio=0.1)], ratio_label="占比", target=0.75)
    standing, lying = (drawing.figure[key] for key in ("layout", "narrow"))
    assert "$teal" in standing["annotations"][0]["text"]
    assert "目标 75%" in standing["annotations"][0]["text"]
    assert lying["layout"]["annotations"][0]["text"] == "占比"
    months = MONTHS[:2]
    lines = [charts.Line("有", (1, 2)), charts.Line("无", (None, None))]
    drawn = charts.line_trend(months, lines)
    assert [trace["name"] for trace in drawn.figure["data"]] == ["有"]
    assert drawn.table.headings[-1] == "无"


def test_a_trend_says_the_months_it_spans_and_names_the_first():
    drawing = charts.line_trend(MONTHS[3:11], [charts.Line("a", tuple(range(8)))])
    assert drawing.period == "2026年1月–8月"
    assert drawing.figure["layout"]["xaxis"]["ticktext"][0] == "01<br>2026"
    whole = charts.line_trend(MONTHS, [charts.Line("a", tuple(range(13)))])
    assert whole.period == "2025年10月–2026年10月"
    assert len(whole.figure["layout"]["xaxis"]["ticktext"]) == 13
    assert len(whole.figure["narrow"]["layout"]["xaxis"]["ticktext"]) == 7


def test_an_axis_and_a_series_keep_one_unit_and_as_many_decimals():
    assert ticks(0, 10_000, "count")[1] == ["0", "2,500", "5,000", "7,500", "10,000"]
    assert ticks(0, 60_000, "count")[1] == ["0", "2万", "4万", "6万"]
    bars = [charts.Bar("甲", 1, ratio=0.0012), charts.Bar("乙", 1, ratio=0.211)]
    assert [row[2] for row in charts.bar_by_unit(bars).table.rows] == ["0.1%", "21.1%"]


def test_percentage_points_are_no_percentages():
    drawing = chart_stack.stacked_bars(
        [chart_stack.Part("a")], [chart_stack.Stack("甲", (0.01,))], measure="ratio", points=True
    )
    assert not any("%" in word for word in drawing.figure["layout"]["xaxis"]["ticktext"])


def test_no_line_strikes_the_value_of_a_bar_through():
    figure = charts.bar_by_unit([charts.Bar("甲", 19), charts.Bar("乙", 9)]).figure
    assert not figure["layout"]["yaxis"]["showgrid"]
    assert not figure["narrow"]["layout"]["xaxis"]["showgrid"]
