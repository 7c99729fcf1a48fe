"""The real file comes in by its mapping alone; its totals equal an independent group-by."""

from pathlib import Path

import pandas as pd
import pytest

from tests.intake.months import rows_of, take
from warehouse.mapping import load_mapping

REAL = Path(__file__).parents[2] / "fixtures" / "real"
DIVISIONS = {
    "NE": "CT ME MA NH RI VT",
    "MA": "NJ NY PA",
    "ENC": "IL IN MI OH WI",
    "WNC": "IA KS MN MO NE ND SD",
    "SA": "DE DC FL GA MD NC SC VA WV",
    "ESC": "AL KY MS TN",
    "WSC": "AR LA OK TX",
    "MTN": "AZ CO ID MT NV NM UT WY",
    "PAC": "AK CA HI OR WA",
}
DIVISION_OF = {state: name for name, states in DIVISIONS.items() for state in states.split()}
FEES = {
    "roaming_li": "total_intl_charge",
    "local_li": "total_day_charge",
    "long_distance_li": "total_eve_charge",
    "new_business_li": "total_night_charge",
}


@pytest.fixture(scope="module")
def staged(tmp_path_factory):
    var = tmp_path_factory.mktemp("real")
    result = take(
        REAL / "mlc_churn.csv",
        var,
        mapping=load_mapping(REAL / "mlc_churn.toml"),
        quarantine_share=0.0,
        bucket_share=0.0,
    )
    assert result.accepted, [f.message for f in result.findings]
    return {kind.kind: pd.DataFrame(rows_of(result, var, kind.kind)) for kind in result.kinds}


@pytest.fixture(scope="module")
def source():
    frame = pd.read_csv(REAL / "mlc_churn.csv")
    frame["area"] = frame["area_code"].str.removeprefix("area_code_")
    frame["group"] = frame["area"] + "-" + frame["state"]
    frame["county"] = frame["area"] + "-" + frame["state"].map(DIVISION_OF)
    for name in [c for c in frame if c.endswith(("_charge", "_minutes"))]:
        frame[name] = (frame[name] * 1000).round().astype("int64")
    return frame


def test_nothing_is_found_that_needs_a_person(staged):
    counts = {kind: len(frame) for kind, frame in staged.items()}
    assert counts == {
        "org_units": 1 + 3 + 27,
        "account_managers": 27,
        "industries": 1,
        "groups": 153,
        "members": 5000,
    }


def test_each_group_has_its_members_fees_and_minutes(staged, source):
    ours = staged["members"].groupby("group_code")
    theirs = source.groupby("group")
    assert ours.size().to_dict() == theirs.size().to_dict()
    for ours_name, their_name in FEES.items():
        assert ours[ours_name].sum().to_dict() == theirs[their_name].sum().to_dict()
    minutes = theirs[[f"total_{t}_minutes" for t in ("day", "eve", "night", "intl")]].sum()
    assert ours["mo_minutes_milli"].sum().to_dict() == minutes.sum(axis=1).to_dict()
    calls = theirs[[f"total_{t}_calls" for t in ("day", "eve", "night", "intl")]].sum()
    assert ours["calls"].sum().to_dict() == calls.sum(axis=1).to_dict()
    cancelled = staged["members"].query("status == 'cancelled'").groupby("group_code").size()
    assert cancelled.to_dict() == source.query("churn == 'yes'").groupby("group").size().to_dict()


def test_members_are_the_rows_of_the_file_in_their_order(staged, source):
    ours = staged["members"].set_index("member_id")
    theirs = source.set_index("C" + pd.Series(range(1, 5001), dtype=str))
    assert ours["group_code"].to_dict() == theirs["group"].to_dict()
    assert ours["tenure_months"].to_dict() == theirs["account_length"].to_dict()
    assert ours["local_li"].to_dict() == theirs["total_day_charge"].to_dict()


def test_groups_lie_in_the_county_of_their_division_with_its_one_account_manager(staged, source):
    groups = staged["groups"].set_index("group_code")
    county = source.drop_duplicates("group").set_index("group")["county"]
    assert groups["county_code"].to_dict() == county.to_dict()
    assert groups["account_manager_code"].to_dict() == ("AM-" + county).to_dict()
    assert groups["city_code"].to_dict() == {code: code[:3] for code in county.index}
    managers = staged["account_managers"].set_index("code")["county_code"]
    assert managers.to_dict() == {f"AM-{code}": code for code in county.unique()}


def test_what_the_file_does_not_say_stays_missing(staged):
    members = staged["members"]
    for name in ("mt_minutes_milli", "data_mb_milli", "sms", "package_li", "paid_by_group_li"):
        assert members[name].isna().all()
