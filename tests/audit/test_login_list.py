"""The list of logins of a large province: any order, choice and word, and few rows read for it."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import login_queries
from accounts.login_list import LoginSource, logins_table
from accounts.models import AccountManager, User
from accounts.scope import Scope
from bench.plans import explained
from tests.personas import build_org

pytestmark = pytest.mark.django_db

MOST_ROWS = 5000
N = 6000
NAMES = (
    "王小明", "李娜", "Zoë", "赵O'Neill", "欧阳_小%明", "张强", "刘洋", "陈静", "杨帆", "黄磊",
    "周敏", "吴昊", "徐丽", "孙杰", "马超", "朱琳", "胡军", "郭芳", "何平", "高远",
)  # fmt: skip
ROLES = (*["account_manager"] * 90, *["county"] * 8, "city", "operator")
SORTS = ("", *(f"{way}{name}" for way in ("", "-") for name in (
    "username", "display_name", "role", "last_login",
)))  # fmt: skip
CHOICES = ({}, {"role": "account_manager"}, {"role": "city"}, {"is_active": "False"})
WORDS = ("", "u0012", "U05", "km01", "小", "小明", "_", "zoë", "nobody")
BROAD = "u"  # two of three names begin so
OPERATOR = Scope(1, "operator", "operator", "province", is_province=True)


@pytest.fixture
def people():
    """Make six thousand logins, most of them of account managers, one in fifty disabled."""
    city = build_org().units["A"]
    AccountManager.objects.bulk_create(
        AccountManager(code=f"KM{n:05d}", name=NAMES[n % 20], city=city) for n in range(N)
    )
    seen = timezone.now()
    made = [
        User(
            username=f"{'u' if n % 3 else 'V'}{n:05d}",
            display_name=NAMES[n * 7 % 20],
            role=ROLES[n % 100],
            account_manager_id=f"KM{n:05d}" if ROLES[n % 100] == "account_manager" else None,
            is_active=bool(n % 50),
            last_login=seen - dt.timedelta(minutes=n * 31 % 977) if n % 4 else None,
        )
        for n in range(N)
    ]
    User.objects.bulk_create(made)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_user, accounts_accountmanager")
        # by index wherever one fits: of so few short rows a scan would cost as little
        cursor.execute("SET LOCAL enable_seqscan = off")
    return made


def expected(people, sort, choice, word):
    """Return the user names that fit, in order, by reading everybody."""
    fits = [
        one for one in people
        if all(str(getattr(one, name)) == value for name, value in choice.items())
        and (
            one.username.upper().startswith(word.upper())
            or (one.account_manager_id or "").startswith((word, word.upper()))
            or word.upper() in one.display_name.upper()
        )
    ]  # fmt: skip
    name, down = sort.lstrip("-") or "username", sort.startswith("-")
    known = [one for one in fits if getattr(one, name) is not None]
    known.sort(key=lambda one: (getattr(one, name), one.username), reverse=down)
    missing = [one for one in fits if getattr(one, name) is None]
    missing.sort(key=lambda one: one.username, reverse=down)
    return [one.username for one in known + missing]


def test_every_order_choice_and_word_shows_the_right_logins(people):
    rows = login_queries.logins(OPERATOR)
    for sort, choice, word in product(SORTS, CHOICES, (*WORDS, BROAD)):
        asked = {"sort": sort, "q": word, **choice}
        right = expected(people, sort, choice, word)
        source = LoginSource(rows, tie="username", search=login_queries.fitting)
        view = logins_table().view({**asked, "page": "3"}, source, path="/")
        first = (view.page - 1) * 20
        assert [row.username for row in view.rows] == right[first : first + 20], asked
        assert view.n_rows == min(len(right), 2001), asked


def test_no_order_choice_or_word_reads_more_than_a_page_may(people):
    rows = login_queries.logins(OPERATOR)
    read = {}
    for sort, choice, word, page in product(SORTS, CHOICES, WORDS, ("1", "99")):
        if word and page != "1":
            continue  # what a word finds is read whole for its first page already
        source = LoginSource(rows, tie="username", search=login_queries.fitting)
        asked = {"sort": sort, "q": word, "page": page, **choice}
        with CaptureQueriesContext(connection) as queries:
            logins_table().view(asked, source, path="/")
        plans = explained(connection, [each["sql"] for each in queries.captured_queries])
        read[tuple(asked.values())] = sum(plan.rows for plan in plans)
    assert {asked: n for asked, n in read.items() if n > MOST_ROWS} == {}
    assert max(read.values()) > 2000, "it counts what is read"
