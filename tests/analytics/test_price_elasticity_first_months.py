"""With three months of history nothing can be measured, and every page says so."""

from __future__ import annotations

import pytest
from django.utils.html import strip_tags

from tests.analytics.published import client_of


@pytest.mark.parametrize("persona", ["province", "city", "manager"])
def test_three_months_show_incomes_and_say_what_is_missing(published, persona):
    client = client_of(getattr(published, persona))
    html = client.get("/price_elasticity/").content.decode()
    said = strip_tags(html)
    assert "本月没有可测算的集团" in said and "主要原因是前后不足 3 个月" in said
    assert client.get("/price_elasticity/?by=segments").status_code == 200
