import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from tests.core.gallery.site import gallery

PAGES = [
    "/gallery/",
    "/gallery/states/",
    "/gallery/not-published/",
    "/gallery/sign-in/",
    "/nothing/",
]
_VOID = {"meta", "link", "input", "br", "img", "hr", "use", "circle", "polyline", "path", "wbr"}


@pytest.fixture
def client():
    with gallery():
        yield Client(raise_request_exception=False)


class Reader(HTMLParser):
    """Collect what the rules are about: scripts, attributes, ids, balance of tags."""

    def __init__(self):
        super().__init__()
        self.scripts, self.attributes, self.ids, self.open, self.wrong = [], [], [], [], []
        self.within = None

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "script":
            self.within = found
            self.scripts.append([found, ""])
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        self.within = None
        if tag in _VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, text):
        if self.within is not None:
            self.scripts[-1][1] += text


def read(client, path, **cookies):
    client.cookies.load(cookies)
    html = client.get(path).content.decode()
    reader = Reader()
    reader.feed(html)
    return html, reader


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_an_inline_script_or_handler(client, path):
    _html, page = read(client, path)
    assert page.scripts
    for attributes, text in page.scripts:
        if attributes.get("type") != "application/json":
            assert attributes["src"].startswith("/static/") and not text.strip()
    assert not [name for _tag, name, _value in page.attributes if name.startswith(("on", "hx-on"))]
    assert not [value for _tag, _name, value in page.attributes if value.startswith("javascript:")]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_names_an_outside_host(client, path):
    html, _page = read(client, path)
    outside = re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s\"'<]*", html)
    assert [address for address in outside if "www.w3.org" not in address] == []


@pytest.mark.parametrize("path", PAGES)
def test_markup_is_balanced_and_ids_are_unique(client, path):
    _html, page = read(client, path)
    assert page.wrong == [] and page.open == []
    assert sorted(page.ids) == sorted(set(page.ids))


def test_the_theme_comes_from_the_cookie_and_from_nothing_else(client):
    assert 'data-bs-theme="dark"' in read(client, "/gallery/", gcva_theme="dark")[0]
    html, _page = read(client, "/gallery/", gcva_theme='"><script>')
    assert 'data-bs-theme="light" data-theme-follows-system' in html


def test_the_shell_says_where_the_numbers_come_from(client):
    html, _page = read(client, "/gallery/")
    facts = re.sub(r"<[^>]+>|\s+", " ", html.split('class="gc-facts"')[1].split("</p>")[0])
    for words in ("账期 2026年10月", "模型 v3", "发布于 2026-11-03 06:12", "运行 #128"):
        assert words in re.sub(r"\s+", " ", facts)


def test_the_menu_stands_in_order_and_marks_where_the_reader_is(client):
    html, _page = read(client, "/gallery/?unit=HD&month=2026-10&q=x")
    nav = html.split('id="gc-nav"')[1].split("</aside>")[0]
    labels = re.findall(r'class="gc-nav-word">([^<]+)</span>', nav)
    assert labels[:10] == [
        "首页报告", "评分及等级评定", "集团及成员分析", "产品使用情况分析", "集团贡献分析",
        "成员收入成分分析", "等级变动分析", "价值弹性分析", "异常告警分析", "指标多维分析",
    ]  # fmt: skip
    assert labels[10:13] == ["等级调整", "审批中心", "阈值设置"]
    assert re.findall(r'aria-current="page" title="([^"]+)"', nav) == ["集团及成员分析"]
    assert 'href="/door/grading/?unit=HD&amp;month=2026-10"' in nav


def test_htmx_gets_the_table_region_alone(client):
    whole = client.get("/gallery/?sort=-members").content.decode()
    part = client.get(
        "/gallery/?sort=-members", headers={"HX-Request": "true", "HX-Target": "table-units"}
    )
    html = part.content.decode()
    assert html.strip().startswith('<div id="table-units"') and "<html" not in html
    assert html.strip() in whole
    assert part.headers["Cache-Control"] == "private, no-store"


def test_back_after_a_swap_gets_the_whole_page(client):
    headers = {
        "HX-Request": "true",
        "HX-Target": "table-units",
        "HX-History-Restore-Request": "true",
    }
    assert "<html" in client.get("/gallery/", headers=headers).content.decode()


@pytest.mark.parametrize(
    ("status", "words"), [("403", "没有查看该内容的权限"), ("404", "没有找到该内容")]
)
def test_a_refusal_is_a_page_with_its_status(client, status, words):
    response = client.get(f"/gallery/refuse/?status={status}")
    assert response.status_code == int(status)
    assert words in response.content.decode()


def test_outside_the_scope_reads_exactly_like_what_does_not_exist(client):
    outside = client.get("/gallery/refuse/?status=404").content.decode()
    missing = client.get("/nothing/").content.decode()

    def without_traces(html):
        return re.sub(
            r'csrfmiddlewaretoken" value="[^"]+|<code>[^<]+|name="next" value="[^"]+', "", html
        )

    assert without_traces(outside) == without_traces(missing)


def test_a_fault_of_ours_names_the_request_and_no_traceback(client):
    response = client.get("/gallery/refuse/?status=500")
    html = response.content.decode()
    assert response.status_code == 500
    assert "请求编号" in html and re.search(r"<code>[0-9a-f-]{36}</code>", html)
    assert "ValueError" not in html


def test_a_refusal_inside_a_swapped_region_is_only_the_state(client):
    response = client.get("/gallery/refuse/?status=403", headers={"HX-Request": "true"})
    assert "<html" not in response.content.decode()


def test_policy_headers_forbid_inline_scripts(client):
    policy = client.get("/gallery/").headers["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["script-src"] == "'self'"
    assert directives["default-src"] == "'self'"
