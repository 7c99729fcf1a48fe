"""Split, compare and concentrate the income of groups 集团贡献; pure. Money in 厘.

集团整体收入 total = unified pay 统付 + personal bills 个人账单
disjoint parts     = 统付-ICT + 统付-other + personal-ICT + personal-other = total
                     (统付-other = 统付 − 统付-ICT, personal-other = 个人账单 − personal-ICT)
信息化 ICT         = 统付-ICT + personal-ICT + outsiders' ICT: an "of which", never added
ARPU               = Σ personal bills / mean members, mean members = (N(m−1) + N(m)) / 2
group share        = total / operating income 运营收入 (不含非签约) of the unit
concentration      = income of the n·k/20 largest groups (rounded up) / income of all

Source: definitions of the billing practice, method.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from math import ceil

from analytics.kpi import Measures

PARTS = ("unified_ict_li", "unified_other_li", "personal_ict_li", "personal_other_li")
N_POINTS = 20
N_LARGEST = 10


@dataclass(frozen=True, slots=True)
class UnitIncome:
    """Be one unit's row 单元行 of the contribution table; None where a kind did not come in."""

    code: str
    name: str
    n_groups: int
    total_income_li: int | None
    unified_pay_li: int | None
    personal_bill_li: int | None
    ict_li: int | None
    unified_ict_li: int | None
    personal_ict_li: int | None
    outsider_li: int | None
    operating_income_li: int | None
    n_members: int | None
    n_members_prev: int | None
    before_li: int | None = None  # total of the month compared with
    rank: int | None = None
    rank_change: int | None = None

    @property
    def unified_other_li(self) -> int | None:
        """Return what groups pay for other than ICT 统付-其他."""
        return minus(self.unified_pay_li, self.unified_ict_li)

    @property
    def personal_other_li(self) -> int | None:
        """Return what members pay for other than ICT 个人-其他; negative is a finding."""
        return minus(self.personal_bill_li, self.personal_ict_li)

    @property
    def parts(self) -> tuple[int | None, ...]:
        """Return the four disjoint parts, in the order of ``PARTS``."""
        return tuple(getattr(self, part) for part in PARTS)

    @property
    def arpu_li(self) -> float | None:
        """Return personal bills a mean member ARPU; None without the month before."""
        return arpu(self.personal_bill_li, self.n_members, self.n_members_prev)

    @property
    def operating_share(self) -> float | None:
        """Return the share of operating income 占运营收入比."""
        return share(self.total_income_li, self.operating_income_li)

    @property
    def change_ratio(self) -> float | None:
        """Return the relative change of the total 环比/同比."""
        return relative(self.total_income_li, self.before_li)


@dataclass(frozen=True, slots=True)
class Point:
    """Be one point of the curve 集中度: the ``n_top`` largest of ``n_groups`` bring ``top_li``."""

    point: int
    n_groups: int
    n_top: int
    income_li: int
    top_li: int

    @property
    def groups_share(self) -> float:
        """Return the share of groups."""
        return self.n_top / self.n_groups

    @property
    def income_share(self) -> float | None:
        """Return the share of income."""
        return share(self.top_li, self.income_li)


def minus(whole: int | None, part: int | None) -> int | None:
    """Subtract; what is not known stays unknown."""
    return None if whole is None or part is None else whole - part


def share(part: float | None, whole: float | None) -> float | None:
    """Divide 占比; None over 0 or the unknown."""
    return part / whole if part is not None and whole else None


def relative(now: float | None, before: float | None) -> float | None:
    """Return the relative change 变化率; None over 0 or the unknown."""
    if now is None or before is None or before == 0:
        return None
    return (now - before) / abs(before)


def arpu(bill_li: int | None, n_members: int | None, n_before: int | None) -> float | None:
    """Return the bill of a mean member, in 厘."""
    if bill_li is None or n_members is None or n_before is None or not n_members + n_before:
        return None
    return 2 * bill_li / (n_members + n_before)


_MEASURES = (
    *(field.name for field in fields(UnitIncome) if field.name.endswith("_li")),
    "n_members",
    "n_members_prev",
)
_MEASURES = tuple(name for name in _MEASURES if name != "before_li")


def unit_income(code: str, name: str, measures: Measures) -> UnitIncome:
    """Read a unit's row from the additive measures of ``org_month``."""

    def whole(column: str) -> int | None:
        value = measures.get(column)
        return None if value is None else int(value)

    return UnitIncome(
        code=code,
        name=name,
        n_groups=whole("n_groups") or 0,
        **{column: whole(column) for column in _MEASURES},
    )


def added(values: Iterable[int | None]) -> int | None:
    """Add what is known; None where nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def total_of(units: Sequence[UnitIncome]) -> UnitIncome:
    """Sum the parts 合计; shares and ARPU follow from the sums."""
    return UnitIncome(
        code="",
        name="",
        n_groups=sum(unit.n_groups for unit in units),
        before_li=added(unit.before_li for unit in units),
        **{column: added(getattr(unit, column) for unit in units) for column in _MEASURES},
    )


def ranks(units: Sequence[UnitIncome]) -> dict[str, int]:
    """Rank units by total income 排名; ties share a rank, the unknown have none."""
    known = {unit.code: unit.total_income_li for unit in units if unit.total_income_li is not None}
    return {code: 1 + sum(other > own for other in known.values()) for code, own in known.items()}


def compared(now: Sequence[UnitIncome], before: Sequence[UnitIncome]) -> tuple[UnitIncome, ...]:
    """Add rank, change of rank (positive: climbed) and the earlier total; most income first."""
    ranked, earlier_ranks = ranks(now), ranks(before)
    earlier = {unit.code: unit.total_income_li for unit in before}
    rows = []
    for unit in now:
        rank, was = ranked.get(unit.code), earlier_ranks.get(unit.code)
        moved = was - rank if rank is not None and was is not None else None
        rows.append(replace(unit, rank=rank, rank_change=moved, before_li=earlier.get(unit.code)))
    return tuple(sorted(rows, key=lambda row: (row.rank is None, row.rank or 0, row.code)))


def reconciles(parts: UnitIncome, whole: UnitIncome) -> bool:
    """Say whether the parts add up to the unit above 与上级一致 (operating income aside)."""
    named = [name for name in ("n_groups", *_MEASURES) if name != "operating_income_li"]
    return all((getattr(parts, name) or 0) == (getattr(whole, name) or 0) for name in named)


def concentration(incomes: Iterable[int]) -> tuple[Point, ...]:
    """Return the curve 集中度曲线 of single groups' incomes: the ten largest, then 5 … 100 %."""
    ordered = sorted(incomes, reverse=True)
    n_groups, whole = len(ordered), sum(ordered)
    if not n_groups:
        return ()
    sizes = [min(N_LARGEST, n_groups)]
    sizes += [ceil(n_groups * point / N_POINTS) for point in range(1, N_POINTS + 1)]
    return tuple(
        Point(point, n_groups, n_top, whole, sum(ordered[:n_top]))
        for point, n_top in enumerate(sizes)
    )


def with_mean_members(measures: Measures) -> Mapping[str, int | float | None]:
    """Add the denominator of ARPU; None without the month before."""
    now, before = measures.get("n_members"), measures.get("n_members_prev")
    mean = None if now is None or before is None else (now + before) / 2
    return {**measures, "mean_members": mean}
