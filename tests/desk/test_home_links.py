"""Every link of the home report leads to a page that shows the same number."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.utils.html import strip_tags

from tests.analytics.published import client_of

LINK = re.compile(
    r'<a class="number"(?: id="[^"]*")? href="([^"]+)">([^<]+)</a>'
    r'(?:<span class="gc-kept">)?(（[^）]*）)?'
)


def report_of(html: str) -> str:
    start = html.index('class="gc-card gc-report"')
    return html[start : html.index("</section>", start)]


def said_at(html: str, anchor: str) -> str:
    """Return the number that stands at an anchor: a card's value, a list's rows, a sentence's."""
    assert f'id="{anchor}"' in html, anchor
    if anchor.startswith("kpi-"):
        card = html[html.index(f'id="{anchor}"') :]
        value = re.search(r'<p class="gc-kpi-value">(.*?)</p>', card, re.S)
        return strip_tags(value.group(1)).strip()
    if anchor.startswith("table-"):
        head = html[html.index(f'id="{anchor}"') :].partition("</header>")[0]
        counted = re.search(r"<span>([\d,]+) 行</span>", head)
        return counted.group(1) if counted else "0"  # an empty table counts nothing
    if anchor.startswith("total-"):
        return strip_tags(re.search(rf'id="{anchor}">(.*?)</td>', html, re.S).group(1)).strip()
    place = re.search(rf'id="{anchor}"[^>]*>([^<]+)<', html)
    return place.group(1)


def as_number(text: str) -> float:
    """Read a number as it is written: 1,234 or 1.23万, its unit aside."""
    digits = re.match(r"−?[\d,.]+", text).group(0).replace(",", "").replace("−", "-")
    scale = 1e8 if "亿" in text else 1e4 if "万" in text else 1
    return float(digits) * scale


def same(shown: str, there: str) -> bool:
    """Tell whether two writings are one number, as exactly as the shorter one says it."""
    here, other = as_number(shown), as_number(there)
    compact = "万" in there or "亿" in there
    return abs(here - other) <= (0.005 * (1e8 if "亿" in there else 1e4) if compact else 1e-9)


@pytest.mark.parametrize("persona", ["province", "city", "manager", "other_manager"])
def test_a_linked_number_stands_on_the_page_it_leads_to(published, persona):
    browser = client_of(getattr(published, persona))
    links = LINK.findall(report_of(browser.get("/").content.decode()))
    assert len(links) >= 8
    anchors = set()
    for href, text, beside in links:
        address = urlsplit(unescape(href))
        answer = browser.get(f"{address.path}?{address.query}")
        assert answer.status_code == 200, href
        html = answer.content.decode()
        if not address.fragment:
            assert f"<h1>{text}</h1>" in html, href  # a group by name
            continue
        anchors.add(address.fragment)
        shown = beside.strip("（）") or text
        there = said_at(html, address.fragment)
        assert same(shown, there), (href, text, shown, there)
    assert {"kpi-n_groups", "kpi-total_income_li", "kpi-n_members"} <= anchors
    assert {"kpi-n_state_abnormal", "kpi-n_call_abnormal"} & anchors
    assert "kpi-n_lost_groups" in anchors
    assert ("kpi-n_new" in anchors) == (not persona.endswith("manager"))  # who finds them listed
    assert ("total-n_a1" in anchors) == (not persona.endswith("manager"))
    lists = {urlsplit(unescape(href)).query for href, *_ in links if "table-groups" in href}
    for which in ("silent", "new"):
        assert any(f"list={which}" in each for each in lists) == persona.endswith("manager")


@pytest.mark.parametrize("persona", ["province", "city", "manager"])
def test_a_card_leads_to_the_same_figure(published, persona):
    browser = client_of(getattr(published, persona))
    html = browser.get("/").content.decode()
    cards = re.findall(r'<h2 id="(kpi-\w+)"><a href="([^"]+)">', html)
    assert len(cards) >= 6
    for code, href in cards:
        address = urlsplit(unescape(href))
        there = browser.get(f"{address.path}?{address.query}").content.decode()
        assert same(said_at(html, code), said_at(there, address.fragment)), href


def test_the_report_speaks_of_anomalies_with_those_that_could_be_judged(published):
    from warehouse.models import OrgMonth

    whole = OrgMonth.objects.in_run(published.run).at_level("province").rolled_up().get()
    html = client_of(published.province).get("/").content.decode()
    text = strip_tags(report_of(html)).replace("\xa0", " ")
    assert f"用户状态异常的集团 {whole.n_state_abnormal} 个" in text
    assert f"（可评估 {whole.n_state_evaluable} 个）" in text


def test_management_reads_no_name_of_a_group_in_its_report(published):
    from warehouse.models import GroupResult

    names = GroupResult.objects.in_run(published.run).values_list("name", flat=True)
    for user in (published.province, published.city):
        text = report_of(client_of(user).get("/").content.decode())
        assert not [name for name in names if name in text]


def test_only_the_account_manager_has_a_desk_beside_the_report(published):
    own = client_of(published.manager).get("/").content.decode()
    assert 'id="desk-card"' in own and 'id="table-mine"' in own and "chart-spotlight" in own
    for user in (published.province, published.city):
        assert "desk-card" not in client_of(user).get("/").content.decode()
