"""January and February are one period of calls; the six periods before skip January."""

from alerts.periods import is_judged, months_before, months_of, periods_before
from core.month import Month


def test_january_waits_for_february_which_pools_both():
    assert not is_judged(Month(2026, 1))
    assert all(is_judged(Month(2026, month)) for month in range(2, 13))
    assert months_of(Month(2026, 2)) == (Month(2026, 1), Month(2026, 2))
    assert months_of(Month(2026, 3)) == (Month(2026, 3),)


def test_six_periods_before_skip_january_and_count_the_festival_once():
    def said(month: Month) -> list[str]:
        return [str(each) for each in periods_before(month)]

    assert said(Month(2026, 2)) == [
        "2025-07", "2025-08", "2025-09", "2025-10", "2025-11", "2025-12",
    ]  # fmt: skip
    assert said(Month(2026, 3)) == [
        "2025-08", "2025-09", "2025-10", "2025-11", "2025-12", "2026-02",
    ]  # fmt: skip
    assert said(Month(2026, 10))[0] == "2026-04"


def test_states_look_at_the_six_plain_months_before():
    assert [str(each) for each in months_before(Month(2026, 3))][-2:] == ["2026-01", "2026-02"]
