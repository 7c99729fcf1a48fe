"""A word is found in all names by an index, whoever asks; few names and many names alike."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics import queries
from analytics.similar_groups import IS_USED
from tests.analytics.published import client_of
from warehouse.models import GroupMonth, GroupProductMonth, NamePinyin

pytestmark = pytest.mark.django_db


@pytest.fixture
def groups(published):
    """Return the province's groups of the month shown, as (code, name, initials)."""
    rows = GroupMonth.objects.in_run(published.run).shown().values_list("group_code", "name")
    initials = dict(NamePinyin.objects.values_list("name", "initials"))
    return [(code, name, initials[name]) for code, name in rows]


def found(published, text, search=queries.search_many):
    rows = search(GroupMonth.objects.in_run(published.run).shown(), text)
    return set(rows.values_list("group_code", flat=True))


def words(groups):
    """Return two characters from the middle of some names, one of them alone in the province."""
    pairs = {name[at : at + 2] for _, name, _ in groups for at in range(len(name) - 1)}
    middles = sorted(pair for pair in pairs if not any(map(str.isascii, pair)))
    counts = {word: sum(word in name for _, name, _ in groups) for word in middles}
    return min(counts, key=counts.__getitem__), max(counts, key=counts.__getitem__)


@pytest.mark.parametrize("most", [1000, 1])
def test_two_characters_find_every_name_with_them_side_by_side(
    published, groups, monkeypatch, most
):
    monkeypatch.setattr(queries, "MOST_NAMES", most)  # 1: a word of many names goes another way
    for word in words(groups):
        wanted = {code for code, name, _ in groups if word in name}
        assert wanted and found(published, word) == wanted
        assert found(published, word, queries.search_groups) == wanted
    rare, _common = words(groups)
    assert rare[::-1] == rare or found(published, rare[::-1]) == {
        code for code, name, _ in groups if rare[::-1] in name
    }


def test_initials_are_found_by_their_beginning_and_codes_by_any_part(published, groups):
    code, _name, initials = groups[0]
    beginning = initials[:3]
    wanted = {code for code, _, each in groups if each.startswith(beginning)}
    wanted |= {code for code, name, _ in groups if beginning.upper() in name.upper()}
    assert found(published, beginning.upper()) == wanted
    part = code[-3:].lower()
    assert code in found(published, part)
    assert all(
        part in each.lower() or part in name.lower() or spelled.startswith(part)
        for each, name, spelled in groups
        if each in found(published, part)
    )


def test_a_word_of_one_name_reads_no_other_name(published, groups):
    rare, _common = words(groups)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE warehouse_namepinyin")
        cursor.execute("SET LOCAL enable_seqscan = off")  # as among many thousands
        query = NamePinyin.with_text(rare).query
        cursor.execute("EXPLAIN " + query.sql_with_params()[0], query.sql_with_params()[1])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "group_name_characters" in plan, plan


def test_products_of_the_groups_found_are_listed_with_the_question_asked_once(published, groups):
    _rare, common = words(groups)
    client = client_of(published.province)
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/product_usage/", {"by": "groups", "q": common})
    assert page.status_code == 200
    looked = [each["sql"] for each in asked.captured_queries if '"characters" @>' in each["sql"]]
    assert len(looked) == 1
    answer = client.get("/api/v1/product_usage/groups/", {"by": "groups", "q": common}).json()
    using = set(
        GroupProductMonth.objects.in_run(published.run)
        .filter(IS_USED, group_code__in=[code for code, name, _ in groups if common in name])
        .values_list("group_code", "product_code")
    )
    assert using and answer["n_rows"] == len(using)
    assert {(row["group_code"], row["product_code"]) for row in answer["results"]} <= using
