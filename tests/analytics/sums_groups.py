"""Say what each group adds to the totals of its units, by the definitions and without their SQL."""

from __future__ import annotations

import pandas as pd

from tests.analytics.sums_frames import PLACE, frame
from warehouse.mart_models import GroupAlert, GroupMonth, GroupResult
from warehouse.marts import GROUP_MEASURES, N_SCORE_BANDS

#: Last month's figures and the fixed base keep the groups that were lost since.
OF_ALL = ("n_members_prev", "n_off_net", "n_left_group", "income_prev_li")
GRADES = ("A1", "A2", "B1", "B2", "C", "NR")
DIMENSIONS = ["industry_code", "grade", "size_band"]
FLAGS = ("is_arrived", "is_silent", "is_new", "is_lost", "is_returned")
VERDICTS = ("state_evaluable", "state_fired", "call_evaluable", "call_fired", "fired")


def groups_of(run: int) -> pd.DataFrame:
    """Read facts, results and verdicts of a run's groups side by side."""
    facts = frame(
        GroupMonth.objects.in_run(run),
        "group_code", *PLACE, "industry_code", "size_band", "excluded_reason", *FLAGS,
        *GROUP_MEASURES,
    )  # fmt: skip
    results = frame(
        GroupResult.objects.in_run(run),
        "group_code", "score", "suggested_grade", "effective_grade", "prev_effective_grade",
    )  # fmt: skip
    verdicts = frame(GroupAlert.objects.in_run(run), "group_code", *VERDICTS)
    both = facts.merge(results, on="group_code", how="left")
    both = both.merge(verdicts, on="group_code", how="left")
    unknown = {"effective_grade": "NR", "suggested_grade": "NR", "prev_effective_grade": ""}
    return both.fillna({**unknown, **dict.fromkeys(VERDICTS, 0.0)})


def per_group(groups: pd.DataFrame, few_members: int) -> pd.DataFrame:
    """Return what each group adds, one column a measure of ``org_month``."""
    shown = groups["excluded_reason"] == ""
    parts = groups[[*PLACE, "industry_code", "size_band"]].copy()
    parts["grade"] = groups["effective_grade"]
    columns = {
        "n_groups": shown,
        "n_arrived": groups["is_arrived"] * shown,
        "n_silent": groups["is_silent"] * shown,
        "n_new": groups["is_new"],
        "n_lost_groups": groups["is_lost"],
        "n_returned": groups["is_returned"],
        **_measures(groups, shown),
        **_members(groups, shown, few_members),
        **_scores(groups, shown),
        **_moves(groups, shown),
        "n_state_evaluable": groups["state_evaluable"],
        "n_state_abnormal": groups["state_fired"],
        "n_call_evaluable": groups["call_evaluable"],
        "n_call_abnormal": groups["call_fired"],
        "n_abnormal_groups": groups["fired"],
    }
    values = pd.DataFrame({name: each.astype("Float64") for name, each in columns.items()})
    return pd.concat([parts, values], axis=1)


def _measures(groups: pd.DataFrame, shown: pd.Series) -> dict[str, pd.Series]:
    in_base = groups["excluded_reason"] != "test_group"
    return {
        name: groups[name]
        if name in OF_ALL
        else groups[name] * (in_base if name == "n_snapshot_base" else shown)
        for name in GROUP_MEASURES
    }


def _members(groups: pd.DataFrame, shown: pd.Series, few: int) -> dict[str, pd.Series]:
    members, valid = groups["n_members"].fillna(-1), groups["n_valid"]
    shell = (shown & (members > 0) & (valid.fillna(1) == 0)).astype("Float64")
    return {
        "n_no_member": shown & (members == 0),
        "n_few_member": shown & members.between(1, few),
        "n_no_valid_member": shell.where(valid.notna()),
    }


def _scores(groups: pd.DataFrame, shown: pd.Series) -> dict[str, pd.Series]:
    score = groups["score"]
    band = (score.clip(upper=99.0) // 5).where(shown).fillna(-1)
    rated = {"n_rated": shown & score.notna(), "score_sum": (score * shown).round(6).fillna(0.0)}
    bands = {f"score_band_{n:02d}": band == n for n in range(N_SCORE_BANDS)}
    grades = {
        f"n_{which}_{grade.lower()}": shown & (groups[f"{which}_grade"] == grade)
        for which in ("effective", "suggested")
        for grade in GRADES
    }
    return {**rated, **bands, **grades}


def _moves(groups: pd.DataFrame, shown: pd.Series) -> dict[str, pd.Series]:
    """Return rises, falls, and who crossed into or out of class A; no earlier grade, no move."""
    order = {grade: place for place, grade in enumerate(GRADES)}
    now = groups["effective_grade"].map(order).astype(int)
    known = shown & (groups["prev_effective_grade"] != "")
    before = groups["prev_effective_grade"].map(order).fillna(len(GRADES)).astype(int)
    graded = known & (now < order["NR"]) & (before < order["NR"])
    return {
        "n_up": graded & (now < before),
        "n_down": graded & (now > before),
        "n_into_a": known & (now < 2) & (before >= 2),
        "n_out_of_a": known & (now >= 2) & (before < 2),
    }
