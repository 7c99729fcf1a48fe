from core.indicator import Indicator
from core.kpi_card import change_of, kpi_card
from core.parts import Change
from core.sparkline import sparkline_points, sparkline_svg

COUNT = Indicator("n", "集团客户数", "Groups", "count", "口径", "definition", "groups", better="up")
RATE = Indicator("r", "离网率", "Off net", "ratio", "口径", "definition", "members", better="down")


def test_counts_change_relatively_and_ratios_in_points():
    assert change_of("环比", COUNT, 624, 620).text == "+0.6%"
    assert change_of("环比", RATE, 0.0112, 0.0132).text == "−0.2\u00a0个百分点"
    assert change_of("环比", RATE, 0.712, 0.701).text == "+1.1\u00a0个百分点"


def test_up_is_not_always_good():
    assert change_of("环比", COUNT, 2, 1).tone == "good"
    assert change_of("环比", RATE, 0.2, 0.1).tone == "bad"
    assert Change("环比", 1.0, "+1").tone == "neutral"


def test_what_rounds_to_zero_did_not_move():
    change = change_of("环比", COUNT, 100_001, 100_000)
    assert (change.text, change.direction, change.tone) == ("0.0%", "flat", "neutral")


def test_a_comparison_without_a_base_says_why():
    for before in (None, 0):
        change = change_of("同比", COUNT, 5, before)
        assert change.text == "—" and change.reason


def test_a_missing_value_stays_missing():
    card = kpi_card(COUNT, None, month_ago=5, reason="没有数据")
    assert str(card.value) == "—"
    assert all(change.text == "—" for change in card.changes)


def test_a_missing_month_breaks_the_line():
    assert len(sparkline_points([1, 2, None, 3, 4])) == 2
    assert sparkline_points([1, None]) == []
    assert "NaN" not in sparkline_svg([5, 5, 5])


def test_a_change_that_hardly_is_one_is_not_drawn_from_floor_to_ceiling():
    ((first, _middle, last),) = sparkline_points([0.4372, 0.4367, 0.4380])
    assert abs(first[1] - last[1]) < 28 / 4  # the card beside it says 0.44 and ±0.00
    ((low, _middle, high),) = sparkline_points([1000, 1100, 1200])
    assert (low[1], high[1]) == (25, 3)


def test_a_line_stays_within_its_picture():
    for stretch in sparkline_points([-3, 8, 1e9, 0]):
        assert all(0 <= x <= 96 and 0 <= y <= 28 for x, y in stretch)
