"""Split members' fees into six, and their change into mix and rate 成员收入成分; pure.

T_u = Σ_k F_uk, T = Σ_u T_u;  weight of part u  w_u = T_u / T;  share in part u  s_uk = F_uk / T_u
share of fee k in the whole   S_k = Σ_u w_u · s_uk
its change                   ΔS_k = Σ_u Δw_u · s̄_uk  +  Σ_u w̄_u · Δs_uk
                                    mix 结构效应           rate 费率效应
with midpoints s̄ = (s before + s now) / 2, w̄ likewise: exact, no rest.

A part without fees in one of the months has no shares there; the other month's stand for both, so
that all its change is mix.

Source: midpoint (Marshall–Edgeworth) decomposition of a weighted mean.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from analytics.kpi import Measures, places_by

FEES = (
    "roaming_li",
    "new_business_li",
    "long_distance_li",
    "local_li",
    "package_li",
    "other_li",
)
FEE_TOTAL = "fee_total_li"
AMOUNTS = (*FEES, FEE_TOTAL)
Amounts: TypeAlias = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class UnitFees:
    """Be one unit's row 单元行; masked amounts are not here at all, only that they are masked."""

    code: str
    name: str
    n_groups: int
    n_members: int | None
    fees: Amounts
    masked: bool = False
    before_total_li: int | None = None
    change_masked: bool = False
    rank: int | None = None
    rank_change: int | None = None

    @property
    def fee_total_li(self) -> int | None:
        """Return the six fees together 成员费用合计."""
        return total(self.fees)

    @property
    def shares(self) -> tuple[float | None, ...]:
        """Return the share of each fee; they add up to 100 %."""
        return shares(self.fees)

    @property
    def change_ratio(self) -> float | None:
        """Return the relative change of the six together 环比/同比."""
        now, before = self.fee_total_li, self.before_total_li
        return (now - before) / abs(before) if now is not None and before else None


@dataclass(frozen=True, slots=True)
class Effect:
    """Be one fee's change of share: ``mix`` + ``rate`` = ``share_now`` − ``share_before``."""

    fee: str
    before_li: int | None
    now_li: int | None
    share_before: float
    share_now: float
    mix: float
    rate: float


def total(fees: Iterable[int | None]) -> int | None:
    """Add the fees that came in; None where none did."""
    known = [fee for fee in fees if fee is not None]
    return sum(known) if known else None


def shares(fees: Sequence[int | None]) -> tuple[float | None, ...]:
    """Divide each fee by their sum; None over 0 or the unknown."""
    whole = total(fees)
    return tuple(fee / whole if fee is not None and whole else None for fee in fees)


def with_total(measures: Measures) -> dict[str, int | float | None]:
    """Add the six fees together to a unit's measures."""
    fees = [measures.get(fee) for fee in FEES]
    return {**measures, FEE_TOTAL: total(None if fee is None else int(fee) for fee in fees)}


def amounts(measures: Measures) -> Amounts:
    """Return the six fees of a unit's measures."""
    values = (measures.get(fee) for fee in FEES)
    return tuple(None if value is None else int(value) for value in values)


def unit_fees(code: str, name: str, measures: Measures, *, masked: bool) -> UnitFees:
    """Read a unit's row; what is masked is left behind here."""
    members = measures.get("n_members")
    fees = amounts(measures)
    return UnitFees(
        code=code,
        name=name,
        n_groups=int(measures.get("n_groups") or 0),
        n_members=None if members is None else int(members),
        fees=(None,) * len(FEES) if masked else fees,
        masked=masked,
    )


def compared(
    now: Sequence[UnitFees], before: Mapping[str, UnitFees], *, published: bool
) -> tuple[UnitFees, ...]:
    """Add the earlier totals and the ranks; a change is masked where either month is.

    Largest first. Masked units have no rank 排名 and are not counted in those of others.
    """
    ranks = places_by({unit.code: unit.fee_total_li for unit in now})
    earlier_ranks = places_by({code: unit.fee_total_li for code, unit in before.items()})
    rows = []
    for unit in now:
        earlier = before.get(unit.code) if published else None
        rank, was = ranks.get(unit.code), earlier_ranks.get(unit.code)
        rows.append(
            replace(
                unit,
                rank=rank,
                rank_change=was - rank if rank is not None and was is not None else None,
                before_total_li=earlier.fee_total_li if earlier else None,
                change_masked=unit.masked or bool(earlier and earlier.masked),
            )
        )
    # by what may be known of each: masked units last, by code
    return tuple(
        sorted(rows, key=lambda row: (row.fee_total_li is None, -(row.fee_total_li or 0), row.code))
    )


def adds_up(parts: Iterable[Measures], whole: Measures) -> bool:
    """Say whether the parts' fees add up to the unit above 与上级一致; before any masking."""
    rows = list(parts)
    return all(
        sum(int(row.get(name) or 0) for row in rows) == int(whole.get(name) or 0)
        for name in ("n_groups", *FEES)
    )


def effects(now: Mapping[str, Amounts], before: Mapping[str, Amounts]) -> tuple[Effect, ...]:
    """Split each fee's change of share 份额变化分解 over the parts; empty without two months."""
    whole_now, whole_before = _sums(now.values()), _sums(before.values())
    all_now, all_before = total(whole_now), total(whole_before)
    if not all_now or not all_before:
        return ()
    found = []
    for k, fee in enumerate(FEES):
        mix = rate = 0.0
        for code in sorted({*now, *before}):
            weight_now, share_now = _part(now.get(code), k, all_now)
            weight_before, share_before = _part(before.get(code), k, all_before)
            s_now = share_now if share_now is not None else share_before
            s_before = share_before if share_before is not None else share_now
            if s_now is None or s_before is None:
                continue
            mix += (weight_now - weight_before) * (s_now + s_before) / 2
            rate += (weight_now + weight_before) / 2 * (s_now - s_before)
        found.append(
            Effect(
                fee=fee,
                before_li=whole_before[k],
                now_li=whole_now[k],
                share_before=(whole_before[k] or 0) / all_before,
                share_now=(whole_now[k] or 0) / all_now,
                mix=mix,
                rate=rate,
            )
        )
    return tuple(found)


def put_together(parts: Mapping[str, Amounts], hidden: Collection[str]) -> dict[str, Amounts]:
    """Add masked parts up to one: what is left of the whole beside the shown, no more."""
    found = {code: fees for code, fees in parts.items() if code not in hidden}
    rest = [fees for code, fees in parts.items() if code in hidden]
    return {**found, "": _sums(rest)} if rest else found


def _sums(parts: Iterable[Amounts]) -> Amounts:
    rows = list(parts)
    return tuple(total(row[k] for row in rows) for k in range(len(FEES)))


def _part(fees: Amounts | None, k: int, whole: int) -> tuple[float, float | None]:
    """Return a part's weight in the whole and its own share of fee k."""
    own = total(fees) if fees is not None else None
    if fees is None or not own:
        return 0.0, None
    return own / whole, (fees[k] or 0) / own
