"""Followed groups, tags, saved views and pasted lists are one reader's and keep to the scope."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

import pytest
from django.http import QueryDict

from analytics import following, saved_views
from analytics.models import GroupCodeList, GroupMark, SavedView
from core.errors import Conflict, DomainError, NotInScope
from tests.analytics.published import _scope, client_of, groups_of


def body(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode()


def codes_on(html):
    region = html[html.index('id="table-groups"') :]
    return re.findall(r'href="/grading/groups/([^/]+)/', region)


def test_a_star_follows_a_group_and_the_list_narrows_to_it(published):
    browser, group = client_of(published.manager), groups_of(published, published.manager_code)[0]
    said = browser.post(
        f"/follow/{group.group_code}/", {"follow": "1"}, headers={"HX-Request": "true"}
    )
    assert 'aria-pressed="true"' in body(said) and group.name in body(said)
    browser.post(f"/follow/{group.group_code}/tags/", {"tag": " 重点　回访 "})
    assert GroupMark.objects.get(user=published.manager).tags == ["重点 回访"]
    for choice in ("followed", "tag:重点 回访"):
        listed = codes_on(body(browser.get("/grading/", {"follow": choice})))
        assert set(listed) == {group.group_code}
    exported = body(browser.get("/grading/export/", {"follow": "followed", "format": "csv"}))
    assert len(list(csv.DictReader(io.StringIO(exported[1:])))) == 1
    browser.post(f"/follow/{group.group_code}/", {"follow": ""})
    browser.post(f"/follow/{group.group_code}/tags/", {"remove": "重点 回访"})
    assert not GroupMark.objects.filter(user=published.manager).exists()


def test_marks_are_private_and_foreign_groups_cannot_be_marked(published):
    mine = groups_of(published, published.manager_code)[0]
    actor = _scope(published.manager)
    following.set_followed(
        actor=actor, run=published.run, group_code=mine.group_code, is_followed=True
    )
    other = _scope(published.other_manager)
    assert following.marks_in(other, published.run).followed == []
    for code in (mine.group_code, "nothing"):
        with pytest.raises(NotInScope):
            following.add_tag(actor=other, run=published.run, group_code=code, text="x")
    assert following.marks_in(_scope(published.city), published.run).followed == []


def test_a_group_that_left_the_scope_disappears_from_the_marks(published):
    foreign = groups_of(published, str(published.other_manager.account_manager_id))[0]
    GroupMark.objects.create(
        user=published.manager, group_code=foreign.group_code, is_followed=True, tags=["旧"]
    )
    marks = following.marks_in(_scope(published.manager), published.run)
    assert (marks.followed, marks.tags) == ([], [])
    html = body(client_of(published.manager).get("/grading/"))
    assert "tag:旧" not in html and foreign.name not in html


@pytest.mark.parametrize(("text", "code"), [("  ", "empty_tag"), ("长" * 21, "long_tag")])
def test_a_tag_that_does_not_do_gets_a_sentence(published, text, code):
    group = groups_of(published, published.manager_code)[0]
    with pytest.raises(DomainError) as problem:
        following.add_tag(
            actor=_scope(published.manager),
            run=published.run,
            group_code=group.group_code,
            text=text,
        )
    assert problem.value.code == code
    assert not GroupMark.objects.exists()


@pytest.mark.parametrize("state", ["sort=-score", "sort=name&grade=C", "q=a&sort=group_code"])
def test_previous_and_next_walk_along_the_list_one_came_from(published, state):
    browser = client_of(published.manager)
    listed = list(dict.fromkeys(codes_on(body(browser.get(f"/grading/?{state}&size=200")))))
    if len(listed) < 3:
        pytest.skip("too few groups fit")
    first = body(browser.get(f"/grading/?{state}&size=200"))
    href = re.search(rf'href="(/grading/groups/{listed[1]}/[^"]*)"', first).group(1)
    html = body(browser.get(href.replace("&amp;", "&")))
    actions = html[
        html.index('class="gc-actions"') : html.index("</div>", html.index("gc-actions"))
    ]
    beside = re.findall(r'href="/grading/groups/([^/]+)/\?', actions)
    assert beside == [listed[0], listed[2]]
    name, value = state.split("&")[0].split("=")
    assert f"{name}={value}" in re.search(r'href="(/grading/\?[^"]*)"', actions).group(1)


def test_previous_next_and_back_stay_in_the_county_one_came_from(published):
    browser = client_of(published.city)
    mine = groups_of(published, published.manager_code)
    counties = Counter(each.county_code for each in mine)
    county, n_groups = counties.most_common(1)[0]
    assert 3 <= n_groups < len(mine)
    at = f"/grading/?unit={county}&am={published.manager_code}&size=200"
    html = body(browser.get(at))
    listed = list(dict.fromkeys(codes_on(html)))
    href = re.search(rf'href="(/grading/groups/{listed[1]}/[^"]*)"', html).group(1)
    html = body(browser.get(href.replace("&amp;", "&")))
    actions = html[
        html.index('class="gc-actions"') : html.index("</div>", html.index("gc-actions"))
    ]
    assert re.findall(r'href="/grading/groups/([^/]+)/\?', actions) == [listed[0], listed[2]]
    assert f"unit={county}&amp;am=" in re.search(r'href="(/grading/\?[^"]*)"', actions).group(1)


def test_a_saved_view_opens_where_it_was_saved_and_follows_the_latest_month(published):
    browser = client_of(published.manager)
    at = "/grading/?sort=-score&grade=C&page=3&month=2026-08"
    browser.post("/views/", {"at": at, "name": "看 C 级", "month": "latest"})
    view = SavedView.objects.get(user=published.manager)
    assert (view.module, view.query) == ("grading", "sort=-score&grade=C")
    answer = browser.get(f"/views/{view.pk}/")
    assert answer.headers["Location"] == "/grading/?sort=-score&grade=C"
    browser.post("/views/", {"at": at, "name": "看 8 月", "month": "fixed"})
    assert "month=2026-08" in SavedView.objects.get(name="看 8 月").query
    menu = browser.get(
        "/views/",
        headers={
            "HX-Request": "true",
            "HX-Target": "views-menu",
            "HX-Current-URL": "http://x" + at,
        },
    )
    assert "看 C 级" in body(menu) and "<html" not in body(menu)
    assert "看 8 月" in body(browser.get("/views/"))


def test_a_default_view_opens_the_bare_module_and_plain_opens_it_without(published):
    browser, actor = client_of(published.manager), _scope(published.manager)
    first = saved_views.save_view(
        actor=actor, module="grading", name="一", given=QueryDict("sort=-score"), month=None
    )
    second = saved_views.save_view(
        actor=actor, module="grading", name="二", given=QueryDict("grade=C"), month=None
    )
    for view in (first, second):
        saved_views.set_default(actor=actor, pk=view.pk, is_default=True)
    assert SavedView.objects.filter(user=published.manager, is_default=True).count() == 1
    assert browser.get("/grading/").headers["Location"] == "/grading/?grade=C"
    assert browser.get("/grading/?plain=1").status_code == 200
    assert browser.get("/contribution/").status_code == 200
    assert client_of(published.other_manager).get("/grading/").status_code == 200


def test_opening_a_view_asks_again_who_may(published):
    from accounts.models import User

    browser = client_of(published.province)
    saved_views.save_view(
        actor=_scope(published.province),
        module="multi_dimensional",
        name="多维",
        given=QueryDict(""),
        month=None,
    )
    view = SavedView.objects.get(user=published.province)
    assert browser.get(f"/views/{view.pk}/", follow=True).status_code == 200
    SavedView.objects.filter(pk=view.pk).update(user=published.manager)
    assert browser.get(f"/views/{view.pk}/").status_code == 404
    own = client_of(published.manager).get(f"/views/{view.pk}/", follow=True)
    assert own.status_code == 403
    assert User.objects.filter(pk=published.manager.pk).exists()


def test_a_view_needs_a_name_of_its_own_and_only_its_owner_changes_it(published):
    actor = _scope(published.manager)

    def save(name, module="grading"):
        return saved_views.save_view(
            actor=actor, module=module, name=name, given=QueryDict(""), month=None
        )

    view = save("一")
    with pytest.raises(Conflict):
        save("一")
    save("一", "contribution")
    for name in (" ", "长" * 41):
        with pytest.raises(DomainError):
            save(name)
    other = _scope(published.other_manager)
    for change in (
        lambda: saved_views.delete_view(actor=other, pk=view.pk),
        lambda: saved_views.rename_view(actor=other, pk=view.pk, name="偷"),
        lambda: saved_views.set_default(actor=other, pk=view.pk, is_default=True),
    ):
        with pytest.raises(NotInScope):
            change()
    assert saved_views.rename_view(actor=actor, pk=view.pk, name="二").name == "二"
    saved_views.delete_view(actor=actor, pk=view.pk)
    with pytest.raises(NotInScope):
        saved_views.view_of(actor, view.pk)


def test_a_pasted_list_shows_the_own_groups_and_names_the_rest_alike(published):
    browser = client_of(published.manager)
    mine = [group.group_code for group in groups_of(published, published.manager_code)[:3]]
    foreign = groups_of(published, str(published.other_manager.account_manager_id))[0].group_code
    text = f"{mine[2]}，{mine[0]}；{mine[1]} {mine[0]}\n{foreign} NOBODY"
    answer = browser.post("/list-query/", {"codes": text}, follow=True)
    html = body(answer)
    region = html[html.index('id="table-found"') :]
    assert re.findall(r'href="/grading/groups/([^/"]+)/', region) == [mine[2], mine[0], mine[1]]
    assert f"未找到 2 个编码：{foreign}、NOBODY" in html
    assert f"重复 1 个编码：{mine[0]}" in html
    query = answer.request["QUERY_STRING"]
    exported = body(browser.get(f"/list-query/export/?{query}&format=csv"))
    rows = list(csv.DictReader(io.StringIO(exported[1:])))
    assert [row["集团编码"] for row in rows] == [mine[2], mine[0], mine[1]]
    said = browser.post(
        "/api/v1/list-query/", {"codes": text}, content_type="application/json"
    ).json()
    assert [row["group_code"] for row in said["results"]] == [mine[2], mine[0], mine[1]]
    assert said["missing"] == [foreign, "NOBODY"] and said["repeated"] == [mine[0]]
    for row, line in zip(said["results"], rows, strict=True):
        assert float(line["集团整体收入（元）"]) * 1000 == pytest.approx(row["total_income_li"])
    assert client_of(published.other_manager).get(f"/list-query/?{query}").status_code == 404


def test_a_list_that_cannot_be_looked_up_keeps_what_was_pasted(published):
    browser = client_of(published.manager)
    many = " ".join(f"G{n}" for n in range(501))
    answer = browser.post("/list-query/", {"codes": many})
    assert answer.status_code == 400
    assert "共 501 个不同的集团编码，超过 500 个。" in body(answer) and "G500" in body(answer)
    assert not GroupCodeList.objects.exists()


def test_only_the_newest_lists_are_kept(published):
    browser = client_of(published.manager)
    for n in range(22):
        browser.post("/list-query/", {"codes": f"G{n}"})
    kept = GroupCodeList.objects.filter(user=published.manager)
    assert kept.count() == 20
    assert ["G21"] in list(kept.values_list("codes", flat=True))


def test_management_looks_up_only_within_the_account_manager_it_chose(published):
    browser = client_of(published.city)
    assert browser.get("/list-query/").status_code == 403
    mine = groups_of(published, published.manager_code)[0].group_code
    place = f"unit={published.city_code}&am={published.manager_code}"
    answer = browser.post(f"/list-query/?{place}", {"codes": f"{mine} NOBODY"}, follow=True)
    assert answer.status_code == 200
    assert "未找到 1 个编码：NOBODY" in body(answer)
