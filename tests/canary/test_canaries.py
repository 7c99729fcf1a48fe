"""Nobody meets a name, a number or an amount that is not theirs, wherever the site shows one."""

from __future__ import annotations

import re

import pytest

from accounts.scope import Scope
from tests.canary.canaries import canaries_of
from tests.canary.crawl import Answer, Crawl
from tests.canary.promises import promised
from tests.canary.world import MONTHS, owners
from tests.personas import client_of, scope_of_persona

CODES = tuple(f"QG{number}" for number in owners(MONTHS[0]))
#: What nobody links to: suggestions typed by hand, foreign and unknown places, odd questions.
TYPED = (
    "/search/?q=Q", "/search/?q=QG1012", "/search/?q=chenxi", "/places/?q=Q", "/places/?q=M",
    "/places/?parent=A", "/places/?parent=B", "/?unit=B", "/grading/?am=MB1", "/grading/?unit=A02",
    "/contribution/?unit=B01", "/grading/?month=2020-01", "/grading/?month=x", "/no-such-page/",
)  # fmt: skip
READERS = ("province", "city_a", "city_b", "county_a01", "manager_a1", "manager_a2", "manager_b1")
OTHERS = ("anonymous", "no_role", "disabled", "operator")


def scope_of(world, persona) -> Scope:
    if persona == "anonymous":
        return Scope(user_id=None, username="", role="")
    return scope_of_persona(world.people, persona)


def crawled(world, persona, **how) -> list[Answer]:
    crawl = Crawl(client_of(world.people, persona), CODES, **how)
    for address in TYPED:
        crawl.push(address, {"HX-Request": "true"} if "q=" in address else None)
    return crawl.walk()


def foreign(world, persona, answers, strict) -> list[str]:
    """Return each thing that this reader should not have met, with the page it stood on."""
    known, scope = canaries_of(world), scope_of(world, persona)
    return [
        f"{answer.address} ({answer.status}): {text} {sorted({each.kind for each in known[text]})}"
        for answer in answers
        for text in sorted(answer.found & known.keys())
        if not any(each.may_be_seen(scope, answer.address, strict) for each in known[text])
    ]


def missing(world, persona, answers, strict) -> list[str]:
    """Return each thing of one's own that stood on no page."""
    seen = frozenset().union(*(answer.found for answer in answers if answer.status == 200))
    own = promised(world, scope_of(world, persona), strict)
    return sorted(label for label, forms in own.items() if not forms & seen)


def keeps_to_its_own(world, settings, persona, access, **how):
    settings.GCVA_ACCESS = access
    strict = access == "strict"
    answers = crawled(world, persona, **how)
    assert [answer for answer in answers if answer.status >= 500] == []
    assert foreign(world, persona, answers, strict) == []
    if persona in READERS:
        assert missing(world, persona, answers, strict) == []


@pytest.mark.parametrize("persona", OTHERS)
def test_who_has_no_business_here_meets_nothing(world, settings, persona):
    keeps_to_its_own(world, settings, persona, "default")


@pytest.mark.parametrize(("persona", "access"), [("city_b", "strict"), ("manager_a2", "default")])
def test_a_reader_meets_all_of_their_own_and_nothing_foreign(world, settings, persona, access):
    keeps_to_its_own(world, settings, persona, access, brief=True)


@pytest.mark.live
@pytest.mark.parametrize("access", ["default", "strict"])
@pytest.mark.parametrize("persona", READERS)
def test_every_reader_on_every_page_meets_nothing_foreign(world, settings, persona, access):
    keeps_to_its_own(world, settings, persona, access)


LISTS = re.compile(r"^(/api/v1)?/(grading|contribution|search)/")


def test_a_scope_that_lets_everything_through_is_caught(world, monkeypatch):
    monkeypatch.setattr("warehouse.mart_rows.MartQuerySet.visible_to", lambda rows, scope: rows)
    answers = crawled(world, "manager_b1", brief=True, only=LISTS)
    caught = "\n".join(foreign(world, "manager_b1", answers, strict=False))
    assert "QG1001 ['name']" in caught and "group_amount" in caught and "total" in caught


def test_fields_left_open_to_everyone_are_caught(world, monkeypatch):
    monkeypatch.setattr("accounts.policies.may_see_field", lambda *about: True)
    groups = re.compile(r"^(/api/v1)?/(grading/)?groups/|^/$")
    answers = crawled(world, "city_b", brief=True, only=groups)
    caught = "\n".join(foreign(world, "city_b", answers, strict=False))
    assert "['member']" in caught and "['fee']" in caught


def test_lists_left_open_under_the_strict_setting_are_caught(world, settings):
    settings.GCVA_ACCESS = "default"
    answers = crawled(world, "city_b", brief=True, only=LISTS)
    assert any("/grading/" in line for line in foreign(world, "city_b", answers, strict=True))
