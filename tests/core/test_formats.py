import datetime as dt

import pytest

from core import formats
from core.month import Month


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (0, "0", "0"),
        (9_999, "9,999", "9,999"),
        (21_140, "2.11万", "21.1K"),
        (-21_140, "−2.11万", "−21.1K"),
        (123_456_789, "1.23亿", "123.46M"),
        (99_999_999, "1亿", "100M"),
        (None, "—", "—"),
    ],
)
def test_large_numbers_count_in_wan_and_yi_or_in_k_and_m(value, chinese, english):
    assert str(formats.compact(value, "zh-hans")) == chinese
    assert str(formats.compact(value, "en")) == english


@pytest.mark.parametrize(
    ("li", "chinese", "english"),
    [
        (12_345, "12.35元", "12.35\u00a0CNY"),
        (1_860_000, "1,860元", "1,860\u00a0CNY"),
        (129_400_000, "12.94万元", "129.4K\u00a0CNY"),
        (7_992_000_000, "799.20万元", "7.99M\u00a0CNY"),
        (0, "0元", "0\u00a0CNY"),
        (None, "—", "—"),
    ],
)
def test_money_in_li_is_written_in_yuan_or_wan(li, chinese, english):
    assert str(formats.money(li, "zh-hans")) == chinese
    assert str(formats.money(li, "en")) == english


def test_a_column_of_money_keeps_one_unit_and_says_which():
    assert formats.money_in(129_400_000, "wan", lang="zh-hans") == "12.94"
    assert formats.money_in(129_400_000, "wan", lang="en") == "129.40"
    assert (formats.money_unit("wan", "zh-hans"), formats.money_unit("wan", "en")) == (
        "万元",
        "K CNY",
    )


def test_ratios_round_half_up_and_never_show_minus_zero():
    assert formats.ratio(0.7125) == "71.3%"
    assert formats.ratio(0.06525, 2) == "6.53%"
    assert formats.number(-0.0004, 1) == "0.0"
    assert formats.number(-1.25, 1) == "−1.3"
    assert formats.ratio(None) == "—"


def test_a_difference_of_ratios_is_in_percentage_points_and_signed():
    assert str(formats.points(-0.0097, "zh-hans", 2)) == "−0.97\u00a0个百分点"
    assert str(formats.points(0.012, "en")) == "+1.2\u00a0pp"
    assert str(formats.points(0.0, "en")) == "0.0\u00a0pp"


def test_months_and_moments_follow_the_language():
    assert formats.month(Month(2026, 10), "zh-hans") == "2026年10月"
    assert formats.month(Month(2026, 10), "en") == "Oct 2026"
    moment = dt.datetime(2026, 11, 2, 22, 12, tzinfo=dt.UTC)
    assert formats.moment(moment, "zh-hans") == "2026-11-03 06:12"
    assert formats.moment(moment, "en") == "3 Nov 2026 06:12"


def test_an_indicator_is_written_in_its_declared_unit():
    assert str(formats.of_unit(21_140, "people", "zh-hans")) == "2.11万人"
    assert str(formats.of_unit(0.0112, "ratio", "zh-hans")) == "1.1%"
    assert str(formats.of_unit(0.0112, "ratio", "zh-hans", places=2)) == "1.12%"
    assert str(formats.of_unit(68_900, "li", "zh-hans", places=2)) == "68.90元"
    assert str(formats.of_unit(0.713, "ratio", "en")) == "71.3%"
    assert str(formats.of_unit(None, "li", "en")) == "—"
