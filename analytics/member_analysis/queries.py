"""Read an account manager's groups for the lists 清单 of member analysis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db.models import F, FloatField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Greatest, NullIf

from accounts.queries import within
from accounts.scope import Scope, Selection
from warehouse.mart_models import GroupMonth
from warehouse.models import NamePinyin
from warehouse.queries import PublishedRun

COUNTS = (
    "n_members",
    "n_vnet",
    "n_off_net",
    "n_members_prev",
    "n_left_group",
    "n_valid",
    "n_no_use",
    "n_orders",
    "n_snapshot_base",
    "n_snapshot_kept",
    "school_users",
    "bank_users",
    "police_users",
    "agri_users",
    "ringback_users",
    "tenure_median",
    "total_income_li",
)
LIST_FIELDS = ("group_code", "name", "industry_code", "size_band", *COUNTS)
OF_GROUPS: Final = ("groups", "no_use", "no_member", "few_member", "shell", "silent", "new")
LISTS: Final = (*OF_GROUPS, "duplicates")


def _condition(which: str, few_members: int) -> Q:
    """Return which groups a cleaning list holds."""
    conditions = {
        "groups": Q(),
        "no_use": Q(n_no_use__gt=0),
        "no_member": Q(n_members=0),
        "few_member": Q(n_members__gte=1, n_members__lte=few_members),
        "shell": Q(n_members__gt=0, n_valid=0),
        "silent": Q(is_silent=1),
        "new": Q(is_new=1),
    }
    return conditions[which]


def _share(top: str, bottom: str) -> Any:
    return Cast(F(top), FloatField()) / NullIf(Cast(F(bottom), FloatField()), Value(0.0))


#: ceil(0.75·M − V), at least 0; the added zero keeps it unknown where V is (GREATEST would not)
_NEEDED = (
    Greatest(Value(0), (F("n_members") * 75 - F("n_valid") * 100 + Value(99)) / Value(100))
    + F("n_valid") * 0
)


def groups_of(scope: Scope, run: PublishedRun, selection: Selection, which: str) -> QuerySet[Any]:
    """Return the groups of a list 清单, as dicts, with the shares to sort by."""
    pinyin = NamePinyin.objects.filter(name=OuterRef("name")).values("pinyin")[:1]
    shown = GroupMonth.objects.in_run(run.run).shown().visible_to(scope)
    rows = shown.filter(within(selection)).filter(_condition(which, run.few_members))
    listed: QuerySet[Any] = rows.annotate(
        pinyin=Subquery(pinyin),
        valid_ratio=_share("n_valid", "n_members"),
        off_net_of_base=_share("n_off_net", "n_members_prev"),
        no_use_ratio=_share("n_no_use", "n_members"),
        mean_tenure=_share("tenure_months_sum", "n_tenure"),
        retention=_share("n_snapshot_kept", "n_snapshot_base"),
        needed=_NEEDED,
    ).values(
        *LIST_FIELDS, "pinyin", "valid_ratio", "off_net_of_base", "no_use_ratio", "mean_tenure",
        "retention", "needed",
    )  # fmt: skip
    return listed


def duplicates_of(
    scope: Scope, run: int, selection: Selection, folder: Path
) -> list[dict[str, Any]] | None:
    """Return memberships in own groups whose member another group owns 重复归属.

    None where the run kept no such file. The other group is named only where it is in the reader's
    scope as well.
    """
    path = folder / "member_duplicate.parquet"
    if not path.exists():
        return None
    own = _names(GroupMonth.objects.in_run(run).shown().visible_to(scope).filter(within(selection)))
    if not own:
        return []
    rows = pq.read_table(path, filters=pc.field("group_code").isin(sorted(own))).to_pylist()
    known = _names_in_scope(scope, run, (row["owner_group_code"] for row in rows))
    return [_duplicate(row, own, known) for row in rows]


def _duplicate(
    row: Mapping[str, Any], own: Mapping[str, str], known: Mapping[str, str]
) -> dict[str, Any]:
    owner = row["owner_group_code"]
    return {
        "name": own[row["group_code"]],
        "group_code": row["group_code"],
        "member_id": row["member_id"],
        "owner_name": known.get(owner, ""),
        "owner_group_code": owner if owner in known else "",
    }


def _names(rows: QuerySet[Any]) -> dict[str, str]:
    return dict(rows.values_list("group_code", "name"))


def _names_in_scope(scope: Scope, run: int, codes: Iterable[str]) -> dict[str, str]:
    rows = GroupMonth.objects.in_run(run).visible_to(scope)
    return _names(rows.filter(group_code__in=sorted(set(codes))))
