"""An alert's evidence names products as its readers know them."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from django.utils import translation

from analytics.alert_words import ProductNames, Told
from core.month import Month
from warehouse.models import Product

pytestmark = pytest.mark.django_db


def stopped(*codes: str, names: ProductNames) -> Told:
    detail = json.dumps({"products": codes, "n_ict_before": 3})
    evidence = SimpleNamespace(detail=detail, value=float(len(codes)), threshold=1.0)
    return Told("ict_stopped", evidence, Month(2026, 10), names)


def test_stopped_products_are_said_by_name_and_an_unknown_one_by_code():
    Product.objects.create(code="Z9", name="校信通", role="other", family="other", ict_scope="none")
    told = stopped("Z9", "ZX", names=ProductNames())
    assert told.sentence.startswith("停用信息化产品：校信通、ZX，共 2 个产品；上月在用 3 个")
    with translation.override("en"):
        assert stopped("Z9", names=ProductNames()).sentence.startswith(
            "ICT products stopped: School link, 1 product of the 3"
        )


def test_a_list_of_alerts_reads_the_names_once(django_assert_num_queries):
    names = ProductNames()
    with django_assert_num_queries(1):
        for _alert in range(20):
            assert stopped("Z9", names=names).sentence
