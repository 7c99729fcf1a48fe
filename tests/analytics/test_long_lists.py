"""A long list says the same through columns as through Postgres: which rows, how many, in order."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.queries import scope_for
from accounts.scope import Scope, Selection
from analytics import long_lists
from analytics.contribution import queries as contribution
from analytics.contribution.tables import groups_table
from analytics.long_lists import first_of
from analytics.product_usage import queries as usage
from analytics.product_usage.lists import usage_table
from analytics.queries import search_many
from core.sources import QuerySource
from tests.analytics.published import client_of
from warehouse import mart_columns
from warehouse.dictionary_names import industry_names
from warehouse.models import GradeOverlay, GroupMonth, GroupResult, NamePinyin
from warehouse.queries import run_folder

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _every_list_is_long(monkeypatch):
    monkeypatch.setattr(long_lists, "LONG", 0)


def places(published):
    """Yield readers with what they look at: province, one city, one county of it, one person."""
    province = scope_for(published.province, timezone.localdate())
    city = scope_for(published.city, timezone.localdate())
    row = GroupMonth.objects.in_run(published.run).visible_to(city).first()
    yield province, Selection("province")
    yield province, Selection("city", city_code=published.city_code)
    yield city, Selection("city", city_code=published.city_code)
    yield city, Selection("county", city_code=published.city_code, county_code=row.county_code)
    yield city, Selection("account_manager", account_manager_code=row.account_manager_code)
    county = Scope(1, "x", "county", "county", county_codes=frozenset({row.county_code}))
    yield county, Selection("province")
    yield Scope(1, "x", "", "none"), Selection("province")  # nothing in scope: no row


def contributions(published, scope, selection):
    rows = contribution.groups_of(scope, published.run, selection)
    table = groups_table(industry_names(), lambda row: "", with_person=True)
    given = {"search": search_many}
    plain = QuerySource(rows, tie="group_code", **given)
    place = (scope, published.run, selection)
    return table, plain, contribution.GroupSource(rows, place=place, n_rows=lambda: 1, **given)


def usages(published, scope, selection):
    rows = usage.groups_using(scope, published.run, selection)
    table = usage_table(usage.products(), lambda row: "")
    place = (scope, published.run, selection)
    given = {"search": partial(usage.search_usage, place=place)}
    plain = QuerySource(rows.order_by("group_code", "product_code"), tie="group_code", **given)
    return table, plain, usage.UsageSource(rows, place=place, n_rows=lambda: 1, **given)


def asked(table, published):
    """Yield what readers ask: every order both ways, each filter's first values, words, pages."""
    yield {"sort": "no such column"}
    for column in table.columns:
        if column.sort:
            yield {"sort": column.name}
            yield {"sort": f"-{column.name}"}
    for one in table.filters:
        yield from ({one.name: value} for value, _label in one.choices[:3])
    group = GroupMonth.objects.in_run(published.run).shown().order_by("group_code")[7]
    initials = NamePinyin.objects.get(name=group.name).initials
    for text in (
        group.name[1:3],
        group.name,
        initials[:2],
        group.group_code[-2:].lower(),
        "%",
        "没",
    ):
        yield {"q": text, "sort": "group_code"}
        yield {"q": text, **{one.name: one.choices[0][0] for one in table.filters[:1]}}


@pytest.mark.parametrize("list_of", [contributions, usages])
def test_rows_counts_and_order_are_those_of_postgres(published, list_of):
    n_asked = n_rows = 0
    for scope, selection in places(published):
        table, plain, long = list_of(published, scope, selection)
        for given in asked(table, published):
            query = table.query(given)
            n_asked, said = n_asked + 1, (scope.reader, selection.level, given)
            wanted = list(plain.ordered(table, query))
            n_rows += len(wanted)
            assert long.count(table, query) == len(wanted), said
            for start, stop in ((0, 20), (7, 27), (max(0, len(wanted) - 3), len(wanted) + 5)):
                found = list(long.cut(table, query, start, stop))
                assert keys_of(found, query) == keys_of(wanted[start:stop], query), (said, start)
    assert n_asked > 200 and n_rows > 10_000


def keys_of(rows, query):
    """Return what identifies rows; products of one group may change places in Postgres."""
    if rows and "product_code" in rows[0]:
        return [(row["group_code"], row.get(query.sort)) for row in rows]
    return rows


def test_a_grade_approved_since_the_run_is_ordered_as_it_is_by_now(published):
    scope, selection = next(places(published))
    low = GroupResult.objects.in_run(published.run).filter(effective_grade="C").first()
    GradeOverlay.objects.create(
        run=published.run, group_code=low.group_code, effective_grade="A1",
        effective_source="adjustment", prev_effective_grade="C", grade_way="up",
    )  # fmt: skip
    table, plain, long = contributions(published, scope, selection)
    query = table.query({"sort": "effective_grade"})
    first = long.cut(table, query, 0, 20)
    assert list(first) == list(plain.cut(table, query, 0, 20))
    assert low.group_code in {row["group_code"] for row in first}


def test_postgres_reads_the_rows_shown_and_no_others(published):
    scope, selection = next(places(published))
    table, _plain, long = contributions(published, scope, selection)
    for given in ({"sort": "-arpu_li"}, {"sort": "name", "q": "有限"}, {"industry": "edu"}):
        query = table.query(given)
        with CaptureQueriesContext(connection) as questions:
            assert long.count(table, query) >= len(long.cut(table, query, 0, 50))
        assert len(questions) == 1 and '"group_code" IN' in questions[0]["sql"]


@pytest.mark.parametrize("missing", ["group_month", "group_name"])
def test_without_the_files_postgres_answers(published, missing, monkeypatch):
    scope, selection = next(places(published))
    for module in (long_lists, contribution):
        monkeypatch.setattr(
            module, "columns_of_run",
            lambda run, mart: None if mart == missing else mart_columns.columns_of_run(run, mart),
        )  # fmt: skip
    table, plain, long = contributions(published, scope, selection)
    for given in ({"sort": "name"}, {"q": "zz", "sort": "-n_members"}, {"sort": "-ict_li"}):
        query = table.query(given)
        assert list(long.cut(table, query, 0, 50)) == list(plain.cut(table, query, 0, 50))
        assert long.count(table, query) == plain.count(table, query)


def test_the_page_the_api_and_the_file_follow_one_order(published):
    client = client_of(published.province)
    given = {"by": "group", "sort": "name", "q": "有限"}
    page = client.get("/contribution/", given).content.decode()
    answer = client.get("/api/v1/contribution/groups/", given).json()
    lines = b"".join(client.get("/contribution/export/", {**given, "format": "csv"}))
    codes = [row["group_code"] for row in answer["results"]]
    assert len(codes) > 10 and answer["n_rows"] >= len(codes)
    assert [code for code in codes if code in page] == codes
    at = [lines.decode().index(code) for code in codes]
    assert at == sorted(at) and lines.decode().count("JT") >= answer["n_rows"]


def test_first_of_sorts_no_more_than_it_must_and_keeps_ties_in_place():
    key = np.array([3.0, np.nan, 1.0, 3.0, 2.0, 1.0, np.nan])
    fits = np.array([1, 1, 1, 1, 1, 1, 1], bool)
    ordered = [2, 5, 4, 0, 3, 1, 6]
    for start in range(8):
        for stop in range(start, 9):
            assert list(first_of(key, fits, start, stop, descending=False)) == ordered[start:stop]
    assert list(first_of(key, fits, 0, 7, descending=True)) == [0, 3, 4, 2, 5, 1, 6]
    fits[[0, 1]] = False
    assert list(first_of(key, fits, 0, 3, descending=True)) == [3, 4, 2]


def test_what_is_kept_stays_within_its_budget_and_is_read_once():
    kept, made = mart_columns._Kept(100), []
    for name in "abcab":
        kept.get(name, lambda name=name: made.append(name) or np.zeros(6))  # 48 bytes each
    assert made == ["a", "b", "c", "a", "b"], "two fit, the one asked longest ago goes"
    assert kept.get("b", lambda: pytest.fail("it is there")).nbytes == 48


def test_a_run_writes_each_groups_place_by_pinyin(published):
    columns = mart_columns.columns_of_run(published.run, "group_name")
    assert columns and (run_folder(published.run) / "group_name.parquet").is_file()
    rows = GroupMonth.objects.in_run(published.run).order_by("group_code")
    names = list(rows.values_list("group_code", "name"))
    assert columns.texts("group_code").to_pylist() == [code for code, _ in names]
    spelled = dict(NamePinyin.objects.values_list("name", "pinyin"))
    order = sorted({spelled[name] for _, name in names})
    wanted = [order.index(spelled[name]) + 1 for _, name in names]
    assert list(columns.numbers("name_place")) == wanted
