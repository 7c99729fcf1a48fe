"""The real file and a faulty province go all the way to published pages; nothing is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from django.contrib.auth import get_user_model

from accounts.provision import create_demo_users
from core.month import Month
from gcva.province.build import write_province
from gcva.province.faults import write_faults
from gcva.province.plan import Plan
from tests.analytics.published import client_of
from tests.analytics.sums import differences
from tests.warehouse.worlds import SYSTEM, run
from warehouse import actions
from warehouse.conservation import conservation_of
from warehouse.models import GroupMonth, ImportBatch, OrgMonth

REAL = Path(__file__).parents[2] / "fixtures" / "real"
OCTOBER = Month(2026, 10)
FEES = {
    "roaming_li": "total_intl_charge",
    "local_li": "total_day_charge",
    "long_distance_li": "total_eve_charge",
    "new_business_li": "total_night_charge",
}
ROOMS = (
    "grading", "member_analysis", "product_usage", "contribution", "income_composition",
    "grade_changes", "price_elasticity", "anomaly_alerts",
)  # fmt: skip


def taken_in(folder: Path, month: Month, mapping: Path | None = None) -> ImportBatch:
    batch = actions.import_extracts(actor=SYSTEM, path=folder, month=month, mapping_path=mapping)
    assert batch.state == ImportBatch.State.ACCEPTED, batch.report
    return batch


@pytest.fixture
def real(db, settings, tmp_path):
    from scoring.actions import ensure_default_model

    settings.GCVA_VAR = tmp_path
    ensure_default_model()
    taken_in(REAL / "mlc_churn.csv", OCTOBER, REAL / "mlc_churn.toml")
    return run(OCTOBER)


def test_every_published_fee_of_the_real_file_equals_an_independent_group_by(real):
    frame = pd.read_csv(REAL / "mlc_churn.csv")
    codes = frame["area_code"].str.removeprefix("area_code_") + "-" + frame["state"]
    li = (frame[list(FEES.values())] * 1000).round().astype("int64")
    expected = li.groupby(codes).sum()
    shown = pd.DataFrame(GroupMonth.objects.in_run(real.pk).values("group_code", *FEES))
    shown = shown.set_index("group_code").sort_index()
    assert len(shown) == 153
    for fee, source in FEES.items():
        assert shown[fee].tolist() == expected[source].sort_index().tolist(), fee
    (whole,) = OrgMonth.objects.in_run(real.pk).at_level("province").rolled_up().values(*FEES)
    assert whole == {fee: int(li[source].sum()) for fee, source in FEES.items()}
    assert all(line.holds for line in conservation_of(real))
    assert differences(real.pk) == []


def test_every_room_shows_the_real_file_and_says_what_it_lacks(real):
    create_demo_users()
    for role in ("province", "city", "account_manager"):
        person = get_user_model().objects.filter(role=role, is_active=True).first()
        client = client_of(person)
        for path in ("", *(f"{room}/" for room in ROOMS)):
            page = client.get(f"/{path}")
            assert page.status_code == 200, (role, path)
            assert "Traceback" not in page.content.decode()
        for room in ROOMS:
            assert client.get(f"/api/v1/{room}/").status_code == 200, (role, room)
    province = get_user_model().objects.get(username="province")
    assert client_of(province).get("/multi_dimensional/").status_code == 200


def test_a_faulty_province_is_conserved_to_the_unit(db, settings, tmp_path):
    from scoring.actions import ensure_default_model

    settings.GCVA_VAR = tmp_path / "var"
    settings.GCVA_VAR.mkdir()
    ensure_default_model()
    plan = Plan(groups=300, members=6000, months=2, seed=7)
    write_province(tmp_path / "out", plan)
    write_faults(tmp_path / "out", plan)
    told = json.loads((tmp_path / "out" / "truth.json").read_text())["faults"]
    faults = tmp_path / "out" / "faults"
    base = Month.parse(told["base_month"])
    taken_in(faults / "all-quarantine-base", base)
    before = run(base)
    batch = taken_in(faults / "all-quarantine", base.plus(1))
    extracts = list(batch.extracts.all())
    assert sum(each.n_quarantined for each in extracts) > 0
    assert sum(each.n_dropped for each in extracts) > 0
    for each in extracts:
        assert each.n_in == each.n_accepted + each.n_quarantined + each.n_dropped, each.kind
        for column, sums in each.money.items():
            parts = (sums[part] for part in ("accepted", "quarantined", "dropped"))
            assert sums["in"] == sum(parts), (each.kind, column)
    after = run(base.plus(1))
    lines = conservation_of(after)
    assert len(lines) >= 8
    assert [line for line in lines if not line.holds] == []
    assert {month.pk: differences(month.pk) for month in (before, after)} == {
        before.pk: [],
        after.pk: [],
    }
