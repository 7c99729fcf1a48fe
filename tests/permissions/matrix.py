"""Read the permission matrix: what every address answers to every persona and method.

One TOML file an area stands beside this module (``accounts.toml``, ``site.toml``,
``warehouse.toml``, ``analytics.toml``, ``api.toml`` …). A row:

    [[url]]
    name = "grading"                    # the URL's name, with its namespace if it has one
    args = { code = "GA1" }             # what reverse() needs
    query = "unit=A&month={month}"      # optional; keys of worlds.py: {month} {run} {batch}
    body = { language = "en" }          # optional form of POST, PUT, PATCH; keys as in query
    json = false                        # optional: send the body as JSON
    headers = { HX-Request = "true" }   # optional
    open = "why it has no door"         # only for views that are not behind accounts.doors
    GET  = { "*" = 403, anonymous = 302, province = 200, "city_a,county_a01" = 200 }
    POST = { "*" = 405, anonymous = 302 }
    strict = { "province,city_a" = 403 }    # who answers otherwise to the first method above under
                                            # GCVA_ACCESS=strict; everybody else as declared

``"*"`` stands for every persona not named; HEAD is asked like GET, once an address. A URL may have
several rows (own unit, foreign unit). A method that none of them names must be refused to all:
302 to the login page, 401, 403, 404 or 405.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

from django.db import transaction
from django.test import Client
from django.test.client import ClientHandler
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from tests.personas import PERSONAS, client_of

FOLDER = Path(__file__).parent
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
REFUSED = frozenset({302, 401, 403, 404, 405})
UNDECLARED = (
    "No row in tests/permissions/*.toml for the URL name(s) {names}.\n"
    "Add one [[url]] block each to the file of its area: which status does it answer, for each "
    "method, to anonymous, no_role, disabled, province, city_a, city_b, county_a01, manager_a1, "
    "manager_a2, manager_b1 and operator? The format is explained in tests/permissions/matrix.py."
)


@dataclass(frozen=True)
class Row:
    """Be one declared address."""

    source: str
    name: str
    args: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    json: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    open: str = ""
    expected: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    strict: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.source}:{self.name}{'?' + self.query if self.query else ''}"

    def wanted(self, method: str, persona: str) -> frozenset[int]:
        """Return the statuses that are right; many where the method only has to be refused."""
        line = self.expected.get("GET" if method == "HEAD" else method)
        if line is not None:
            return frozenset({line[persona]})
        return REFUSED

    def under_strict(self) -> Row:
        """Return what the address answers under ``GCVA_ACCESS=strict``."""
        first = next(iter(self.expected), "GET")
        line = {**self.expected.get(first, {}), **self.strict}
        return replace(self, expected={**self.expected, first: line} if self.expected else {})

    def address(self, keys: Mapping[str, str]) -> str:
        """Return the address with the keys of the world filled in."""
        args = {name: str(value).format(**keys) for name, value in self.args.items()}
        query = self.query.format(**keys)
        return reverse(self.name, kwargs=args) + (f"?{query}" if query else "")


def read_rows() -> list[Row]:
    """Return all declared rows."""
    return [row for path in sorted(FOLDER.glob("*.toml")) for row in rows_of(path)]


def rows_of(path: Path) -> Iterator[Row]:
    """Return the rows of one file."""
    for block in tomllib.loads(path.read_text())["url"]:
        lines = {method: _personas(block.pop(method)) for method in METHODS if method in block}
        strict = _named(block.pop("strict", {}))
        yield Row(source=path.stem, expected=lines, strict=strict, **block)


def methods_of(row: Row, rows: Sequence[Row]) -> list[str]:
    """Return the methods to ask: what the row names; its address's first row adds the unnamed."""
    same = [one for one in rows if one.name == row.name]
    asked = set(row.expected)
    if row is same[0]:
        asked |= set(METHODS) - {method for one in same for method in one.expected}
    if "GET" not in row.expected:
        asked.discard("HEAD")
    return [method for method in METHODS if method in asked]


def _personas(line: Mapping[str, int]) -> dict[str, int]:
    """Spell out a line for every persona.

    Raises:
        ValueError: for a persona that does not exist, or one left without a status.
    """
    named = _named(line)
    missing = set(PERSONAS) - set(named) if "*" not in line else set()
    if missing:
        raise ValueError(f"personas without status: {sorted(missing)}")
    return {persona: named.get(persona, line.get("*", 0)) for persona in PERSONAS}


def _named(line: Mapping[str, int]) -> dict[str, int]:
    named = {
        persona.strip(): status
        for group, status in line.items()
        if group != "*"
        for persona in group.split(",")
    }
    unknown = set(named) - set(PERSONAS)
    if unknown:
        raise ValueError(f"unknown personas: {sorted(unknown)}")
    return named


@dataclass(frozen=True)
class Address:
    """Be one pattern the resolver knows."""

    name: str
    pattern: str
    view: Any


def addresses(
    patterns: list[URLPattern | URLResolver] | None = None, prefix: str = "", space: str = ""
) -> Iterator[Address]:
    """Return every address of the site, as the resolver sees it."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        text = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from addresses(entry.url_patterns, text, inner)
        else:
            yield Address(f"{space}{entry.name or ''}", text, entry.callback)


def door_of(view: Any) -> Any:
    """Return the door a view declares, none if it has none."""
    guarded = getattr(view, "view_class", None) or getattr(view, "cls", None)
    return getattr(guarded, "door", None) or getattr(guarded, "method_doors", None)


@dataclass(frozen=True)
class World:
    """Hold what every row may count on: cookies of each persona, keys of the rows made."""

    cookies: Mapping[str, SimpleCookie]
    keys: Mapping[str, str]


def world_of(people: Mapping[str, User], keys: Mapping[str, str]) -> World:
    """Sign every persona in once."""
    return World({name: client_of(people, name).cookies for name in PERSONAS}, keys)


def mismatches(row: Row, methods: Sequence[str], world: World) -> list[str]:
    """Ask one address by every method as every persona; return what did not answer as declared."""
    address = row.address(world.keys)
    found = []
    for persona, cookies in world.cookies.items():
        for method in methods:
            status, location = _ask(row, method, address, cookies, world.keys)
            wanted = row.wanted(method, persona)
            if status not in wanted or (status == 302 and _leads_in(location, wanted)):
                declared = "a refusal" if wanted >= REFUSED else sorted(wanted)
                line = f"{method} {address} as {persona}: {status} {location}, declared {declared}"
                found.append(line)
    return found


def _leads_in(location: str, wanted: frozenset[int]) -> bool:
    """Tell whether a redirect counts as a door that opened: only the login page is a refusal."""
    return wanted >= REFUSED and "/login/" not in location


def _filled(value: Any, keys: Mapping[str, str]) -> Any:
    """Return a value of a body with the keys of the world filled in."""
    if isinstance(value, str):
        for key, actual in keys.items():
            value = value.replace(f"{{{key}}}", actual)
    return value


@cache
def _handler() -> ClientHandler:
    """Keep the middleware that every client would build anew."""
    return Client().handler


def _ask(
    row: Row, method: str, address: str, cookies: SimpleCookie, keys: Mapping[str, str]
) -> tuple[int, str]:
    """Send one request with a fresh copy of the cookies and take its effects back.

    What htmx is told to load counts as a redirect.
    """
    client = Client(raise_request_exception=False)
    client.handler = _handler()
    client.cookies = SimpleCookie(cookies.output(header="", sep=";"))
    more: dict[str, Any] = {"headers": dict(row.headers)}
    if method in ("POST", "PUT", "PATCH"):
        more["data"] = {name: _filled(value, keys) for name, value in row.body.items()}
        if row.json or method != "POST":
            more["content_type"] = "application/json"
    with transaction.atomic():
        response = getattr(client, method.lower())(address, **more)
        transaction.set_rollback(True)
    moved = response.headers.get("HX-Redirect", "")
    return 302 if moved else response.status_code, moved or response.headers.get("Location", "")
