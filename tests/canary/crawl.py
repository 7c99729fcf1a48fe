"""Walk the whole site as one reader: every link, form choice, endpoint and file, and keep what
each answer betrays.

A page is visited when it shows something new: an address with a value of a parameter that was not
asked of it before. That covers every tab, month, place, filter and page without walking all their
combinations. ``brief`` looks for new places, months and tabs alone.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.test import Client
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from tests.canary.canaries import found_in
from tests.permissions.matrix import addresses

LOCAL = re.compile(r"""["'](/(?!/)[^"'\s<>\\]*)["']""")
IN_JSON = re.compile(r"\\u0026|\\u0027|\\u0022")
LEFT_OUT = ("/static/", "/logout", "/language", "/theme", "/healthz", "/readyz", "/api/v1/schema")
NOISE = ("compare", "sort", "size", "next")
PLACES = ("unit", "am", "month", "tab", "parent", "q")
ENOUGH = 4_000
TYPED = re.compile(r"Q[A-Z]\d+", re.IGNORECASE)
HTMX = {"HX-Request": "true"}
# drawn by chance or from a file's content, not from the data: request ids, tokens, hashed names
CHANCE = re.compile(
    r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b"
    r"|\b(?=[0-9]*[A-Za-z])[A-Za-z0-9]{32,}\b"
    r"|/static/[^\"'\s]*"
)


class Links(HTMLParser):
    """Collect what a page leads to: links, htmx, and every choice of its GET forms."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.found: list[str] = []
        self.form: dict[str, Any] | None = None
        self.select = ""

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Take one tag."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            asks = given.get("method", "get").lower() == "get" or "hx-get" in given
            action = given.get("action") or given.get("hx-get") or ""
            self.form = {"action": action, "kept": [], "choices": []} if asks else None
        elif self.form is not None and tag == "input" and given.get("name"):
            if given.get("type") in ("radio", "checkbox"):
                self.form["choices"].append((given["name"], given.get("value", "on")))
            else:
                self.form["kept"].append((given["name"], given.get("value", "")))
        elif tag == "select":
            self.select = given.get("name", "")
        elif tag == "option" and self.form is not None and self.select:
            self.form["choices"].append((self.select, given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        """Close a form: each of its choices is one address."""
        if tag == "form" and self.form is not None:
            kept = dict(self.form["kept"])
            for name, value in self.form["choices"]:
                asked = {key: text for key, text in {**kept, name: value}.items() if text}
                self.found.append(f"{self.form['action']}?{urlencode(asked)}")
            self.form = None


@dataclass(frozen=True)
class Answer:
    """Keep what one address answered."""

    address: str
    status: int
    found: frozenset[str]


@dataclass
class Crawl:
    """Walk as one reader; ``answers`` grows."""

    client: Client
    codes: Sequence[str]  # of all groups, own and foreign
    brief: bool = False
    only: re.Pattern[str] = re.compile("")
    limit: int = ENOUGH
    answers: list[Answer] = field(default_factory=list)
    pushed: set[tuple[str, str]] = field(default_factory=set)  # as links say them
    asked: set[str] = field(default_factory=set)
    novelties: set[tuple[str, str, str]] = field(default_factory=set)
    waiting: deque[tuple[str, dict[str, str]]] = field(default_factory=deque)

    def walk(self, *more: str) -> list[Answer]:
        """Visit everything; ``more`` are addresses nobody links to."""
        for address in ("/", *resolvable(self.codes), *more):
            self.push(address)
        while self.waiting and len(self.answers) < self.limit:
            address, headers = self.waiting.popleft()
            self.visit(address, headers)
        assert not self.waiting, f"more than {self.limit} pages: {list(self.waiting)[:5]}"
        return self.answers

    def push(self, address: str, headers: dict[str, str] | None = None) -> None:
        """Take an address up if it promises something new; the second time it never does."""
        said = address, str(sorted((headers or {}).items()))
        if said in self.pushed:
            return
        self.pushed.add(said)
        parts = urlsplit(unescape(address))
        if not self.only.search(parts.path) or parts.path.startswith(LEFT_OUT):
            return
        query = sorted((name, value) for name, value in parse_qsl(parts.query) if value)
        whole = f"{parts.path}?{urlencode(query)}" if query else parts.path
        key = f"{whole}|{said[1]}"
        if key in self.asked or not self.is_new(parts.path, query):
            return
        self.asked.add(key)
        self.waiting.append((whole, headers or {}))

    def is_new(self, path: str, query: list[tuple[str, str]]) -> bool:
        """Tell whether the page was not asked for one of these values before."""
        facts = told_by(path)
        if not facts:
            return False
        ((name, _key, _value), *_rest) = facts
        told = [pair for pair in query if pair[0] in PLACES] if self.brief else query
        facts = facts | {
            (name, key, "" if key in NOISE else said)
            for asked, value in told
            for key, said in within(asked, value)
        }
        fresh = facts - self.novelties
        self.novelties |= facts
        return bool(fresh)

    def visit(self, address: str, headers: dict[str, str]) -> None:
        """Ask for one address, keep what it betrays, go on from its links."""
        response = self.client.get(address, headers=headers)
        text = text_of(response)
        # an answer may repeat what was typed: a question always, a path when it leads nowhere
        path, _mark, query = address.partition("?")
        typed = query if response.status_code == 200 else path + query
        found = found_in(CHANCE.sub(" ", text)) - {mark.upper() for mark in TYPED.findall(typed)}
        self.answers.append(Answer(address, response.status_code, frozenset(found)))
        if response.status_code in (301, 302):
            self.push(response.headers["Location"])
        kind = response.headers.get("Content-Type", "")
        if response.status_code == 200 and "html" in kind:
            self.follow(address, text)
        elif response.status_code == 200 and "json" in kind:
            self.follow_cursor(address, response.json())

    def follow(self, address: str, text: str) -> None:
        """Take up the links of a page, and the endpoint that answers the same question."""
        links = Links()
        links.feed(text)
        path = urlsplit(address).path
        plain = IN_JSON.sub(lambda sign: chr(int(sign[0][2:], 16)), text)
        for found in (*LOCAL.findall(plain), *LOCAL.findall(unescape(plain)), *links.found):
            self.push(f"{path}{found}" if found.startswith("?") else found)
            if found.startswith("/") and not found.startswith("/api/"):
                for twin in twins(found):
                    self.push(twin)
        for found in re.findall(r'(?:href|hx-get)="(\?[^"]*)"', text):
            self.push(f"{path}{unescape(found)}")

    def follow_cursor(self, address: str, said: Any) -> None:
        """Turn the pages of a list in the API."""
        cursor = said.get("next") if isinstance(said, dict) else None
        if isinstance(cursor, str) and cursor:
            parts = urlsplit(address)
            query = {**dict(parse_qsl(parts.query)), "cursor": cursor}
            self.push(f"{parts.path}?{urlencode(query)}")


@cache
def told_by(path: str) -> frozenset[tuple[str, str, str]]:
    """Return the view a path leads to, once for each of its arguments; nowhere: nothing."""
    try:
        match = resolve(path)
    except Resolver404:
        return frozenset()
    name = match.view_name
    return frozenset(
        {(name, key, str(value)) for key, value in match.kwargs.items()} | {(name, "", "")}
    )


def within(asked: str, value: str) -> Iterator[tuple[str, str]]:
    """Yield a parameter; one that holds an address: each part of that address by itself."""
    if not value.startswith("/"):
        yield asked, value
        return
    parts = urlsplit(value)
    yield asked, parts.path
    yield from ((f"{asked} {key}", inner) for key, inner in parse_qsl(parts.query) if inner)


def twins(address: str) -> Iterator[str]:
    """Yield the endpoints that answer the question of a page."""
    parts = urlsplit(unescape(address))
    asked = [pair for pair in parse_qsl(parts.query) if pair[0] not in (*NOISE, "format")]
    query = f"?{urlencode(asked)}" if asked else ""
    path = re.sub(r"export/$", "", parts.path)
    for twin in (f"/api/v1{path}", f"/api/v1{path}groups/", f"/api/v1{path}members/"):
        yield twin + query


def resolvable(codes: Sequence[str]) -> Iterator[str]:
    """Yield every address of the resolver, its arguments filled with all that is known."""
    fill: dict[str, Sequence[str]] = {"group_code": codes, "month": ("2026-09", "2026-10")}
    for each in addresses():
        names = re.findall(r"<(?:\w+:)?(\w+)>", each.pattern)
        if not names:
            yield reverse(each.name)
            continue
        choices = fill.get(names[0], ("1", "2", "3"))
        for value in choices:
            rest = {name: fill.get(name, ("1",))[0] for name in names[1:]}
            try:
                yield reverse(each.name, kwargs={names[0]: value, **rest})
            except NoReverseMatch:  # a converter takes other values
                continue


def text_of(response: Any) -> str:
    """Return the words of an answer, also of what lies inside a workbook or a presentation."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return words_of(content)


def words_of(content: bytes) -> str:
    """Return the words of a file."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            names = [name for name in book.namelist() if name.endswith((".xml", ".rels"))]
            inner = [name for name in book.namelist() if name.endswith((".xlsx", ".pptx"))]
            parts = [book.read(name).decode() for name in names]
            for name in inner:
                with zipfile.ZipFile(io.BytesIO(book.read(name))) as chart:
                    sheets = [each for each in chart.namelist() if each.endswith(".xml")]
                    parts += [chart.read(each).decode() for each in sheets]
        return " ".join(parts)
    return content.decode("utf-8", "replace")
