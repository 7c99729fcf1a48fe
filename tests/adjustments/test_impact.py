"""What a decider sees of a request: the score, its months, similar groups, and the counts moved."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from adjustments import impact, queries
from core.errors import NotInScope
from warehouse.models import GroupResult


def test_the_counts_after_are_the_counts_the_approval_makes(story) -> None:
    asked = story.request()
    seen = impact.impact_of(story.city, asked.pk)
    assert [each.level for each in seen.counts] == ["city", "county", "account_manager"]
    for each in seen.counts:
        assert sum(each.before.values()) == sum(each.after.values()) > 0
        assert each.after[asked.requested_grade] == each.before[asked.requested_grade] + 1
        assert each.after[asked.effective_grade] == each.before[asked.effective_grade] - 1
    story.approve(asked)
    now = impact.impact_of(story.city, asked.pk)
    assert [each.before for each in now.counts] == [each.after for each in seen.counts]
    assert [each.after for each in now.counts] == [each.after for each in seen.counts]


def test_the_counts_before_are_the_totals_that_pages_show(story) -> None:
    asked = story.request()
    city, county, own = impact.impact_of(story.city, asked.pk).counts
    groups = GroupResult.objects.filter(run=story.published.run, city_code=city.code)
    places = (
        (city, groups),
        (county, groups.filter(county_code=county.code)),
        (own, groups.filter(account_manager_code=own.code)),
    )
    for counts, rows in places:
        grades = Counter(rows.values_list("effective_grade", flat=True))
        assert counts.before == {grade: grades[grade] for grade in counts.before}
    assert len(set(places[2][1].values_list("county_code", flat=True))) > 1


def test_the_bars_add_up_to_the_score_and_the_history_ends_now(story) -> None:
    rated = next(code for code in story.codes if story.result(code).score is not None)
    seen = impact.impact_of(story.city, story.request(rated).pk)
    explained = seen.explanation
    total = explained.reference_level + sum(bar.bar for bar in explained.bars)
    assert total == pytest.approx(seen.score)
    assert [each.month for each in seen.history] == list(story.published.months)
    assert seen.history[-1].effective_grade == seen.effective_grade


def test_similar_groups_are_quartiles_of_three_or_more(story) -> None:
    for code in story.codes[:6]:
        seen = impact.impact_of(story.city, story.request(code).pk)
        assert bool(seen.peers) == (seen.n_peers >= 3)


@pytest.mark.parametrize("who", ["other_city", "other_manager", "province", "operator"])
def test_nobody_else_sees_an_impact(story, who) -> None:
    asked = story.request()
    with pytest.raises(NotInScope):
        impact.impact_of(getattr(story, who), asked.pk)


def test_an_impact_asks_few_queries(story) -> None:
    asked = story.request()
    with CaptureQueriesContext(
        connection,
    ) as asked_of_db:
        impact.impact_of(story.city, asked.pk)
    assert len(asked_of_db) <= 14


def test_a_groups_standing_says_what_may_be_done(story) -> None:
    code = story.codes[0]
    assert queries.standing_of(story.manager, code).may_request
    assert not queries.standing_of(story.city, code).may_request
    asked = story.request(code)
    before = queries.standing_of(story.city, code)
    assert (before.pending, before.may_decide) == (asked, True)
    assert not queries.standing_of(story.manager, code).may_request
    story.approve(asked)
    after = queries.standing_of(story.manager, code)
    assert (after.pending, after.in_force) == (None, asked)
    assert after.may_request


def test_the_inbox_shows_each_what_waits_for_them(story) -> None:
    asked = story.request()
    assert queries.n_waiting(story.city) == 1
    assert queries.n_waiting(story.other_city) == queries.n_waiting(story.manager) == 0
    assert list(queries.inbox(story.manager, "mine")) == [asked]
    assert not queries.inbox(story.province, "waiting").exists()
    story.approve(asked)
    assert queries.n_waiting(story.city) == 0
    for who in (story.city, story.manager, story.county):
        assert list(queries.inbox(who, "decided")) == [asked]
