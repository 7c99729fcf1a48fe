"""The six fees of a masked unit stand behind no door of management, whatever is asked."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.urls import NoReverseMatch, reverse

from analytics.income_composition.compute import FEES
from analytics.income_composition.steps import sizes_of
from analytics.masking import lines_of, uncovered_units
from tests.analytics.published import client_of
from warehouse.mart_models import OrgMask, OrgMonth

ROOMS = (
    "home", "grading", "member_analysis", "product_usage", "contribution", "income_composition",
    "grade_changes", "price_elasticity", "anomaly_alerts", "multi_dimensional",
)  # fmt: skip
LEAST_LI = 100_000  # 100 元: shorter figures meet others by chance


def masked_rows(published):
    """Return the totals of masked account managers within counties."""
    masks = OrgMask.objects.in_run(published.run).filter(level="account_manager", masked=1)
    hidden = set(masks.values_list("city_code", "county_code", "account_manager_code"))
    rows = OrgMonth.objects.in_run(published.run).at_level("account_manager").rolled_up()
    return [
        row
        for row in rows.order_by("city_code", "county_code", "account_manager_code")
        if (row.city_code, row.county_code, row.account_manager_code) in hidden
    ]


def spellings(amount_li):
    """Return how an amount of 厘 could be written anywhere, in 厘, 元 or 万元."""
    yuan = amount_li / 1000
    return {str(amount_li), f"{yuan:.2f}", f"{yuan:,.2f}", f"{yuan:.3f}", f"{yuan / 10000:.6f}"}


def text_of(client, url):
    response = client.get(url)
    if response.status_code in (403, 404):
        return ""
    assert response.status_code == 200, url
    raw = b"".join(response.streaming_content) if response.streaming else response.content
    if raw[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(raw)) as book:
            return " ".join(book.read(name).decode("utf-8", "ignore") for name in book.namelist())
    return raw.decode()


def doors(where):
    for room in ROOMS:
        yield f"{reverse(room)}?{where}"
        yield f"/api/v1/{room}/?{where}"
        for name, more in ((f"{room}_export", "&format=csv"), (f"{room}_export", "&format=xlsx"),
                           (f"{room}_slides", "")):  # fmt: skip
            try:
                yield f"{reverse(name)}?{where}{more}"
            except NoReverseMatch:
                continue


@pytest.mark.parametrize("reader", ["province", "city"])
def test_no_page_file_slide_or_answer_shows_a_masked_fee(published, reader):
    rows = masked_rows(published)
    if reader == "city":
        rows = [row for row in rows if row.city_code == published.city_code]
    assert rows, "somebody is masked"
    row = max(rows, key=lambda each: min(getattr(each, fee) or 0 for fee in FEES))
    wanted = {
        spelling
        for fee in FEES
        if (getattr(row, fee) or 0) >= LEAST_LI
        for spelling in spellings(getattr(row, fee))
    }
    # the six together are no secret of this room: with nothing paid by groups they are the
    # personal bills of contribution, which are not masked
    assert len(wanted) >= 10
    client = client_of(getattr(published, reader))
    places = (
        f"unit={row.county_code}&am={row.account_manager_code}",
        f"unit={row.county_code}&by=account_manager",
    )
    n_read = 0
    for where in places:
        for url in doors(where):
            said = text_of(client, url)
            n_read += bool(said)
            assert not [each for each in wanted if each in said], url
    assert n_read >= 20


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_masks_of_every_month_hold_against_every_combination(published, place):
    from warehouse.queries import published_run

    run = published_run(published.months[place]).run
    stored = OrgMonth.objects.in_run(run).rolled_up().values(
        "level", "city_code", "county_code", "account_manager_code", "n_groups", "n_no_member"
    )  # fmt: skip
    sizes = sizes_of(stored)
    keys = ("level", "city_code", "county_code", "account_manager_code")
    masks = OrgMask.objects.in_run(run).filter(masked=1)
    hidden = {tuple(key) for key in masks.values_list(*keys)}
    assert hidden <= sizes.keys()
    assert not uncovered_units(list(lines_of(sizes)), sizes, hidden)
