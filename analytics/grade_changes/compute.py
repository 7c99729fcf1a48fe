"""Count how grades changed 等级变动 and where they went; pure.

share(way)  = n(way) / n(all ways)
matrix      P(i,j) = n(i,j) / n(i·), columns A1…C, NR, exit; extra row 'new'; below 10 groups in a
            row only the counts are said
changes     = rated before and another grade now = data + model + threshold + manual
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from analytics.kpi import Measures

GRADES = ("A1", "A2", "B1", "B2", "C")
NR, NEW, EXIT = "NR", "new", "exit"
MATRIX_ROWS = (*GRADES, NR, NEW)
MATRIX_COLUMNS = (*GRADES, NR, EXIT)
WAYS = (
    "score_up", "score_down", "approved_up", "approved_down", "model", "threshold", "first",
    "opening", "exit",
)  # fmt: skip
#: Causes of a change 变动原因, and the ways they show in.
CAUSES: Mapping[str, tuple[str, ...]] = {
    "data": ("score_up", "score_down"),
    "model": ("model",),
    "threshold": ("threshold",),
    "manual": ("approved_up", "approved_down"),
}
SMALL_ROW = 10
COUNTS = (
    "n_before", "n_up", "n_down", "n_unrated", "n_new", "n_lost", "n_now",
    *(f"n_way_{way}" for way in WAYS),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class UnitChanges:
    """Be one unit's changes since the earlier month; counts add up over units."""

    code: str
    name: str
    n_before: int = 0
    n_now: int = 0
    n_up: int = 0
    n_down: int = 0
    n_unrated: int = 0
    n_new: int = 0
    n_lost: int = 0
    ways: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(WAYS, 0))
    rank: int | None = None
    rank_change: int | None = None

    @property
    def n_changed(self) -> int:
        """Return the rated groups that have another grade now 等级变动."""
        return self.n_up + self.n_down + self.n_unrated

    @property
    def n_all(self) -> int:
        """Return the changes of every way, first ratings and exits among them."""
        return sum(self.ways.values())

    @property
    def n_first(self) -> int:
        """Return first ratings, those taken over from before us 期初 among them."""
        return self.ways["first"] + self.ways["opening"]

    @property
    def net(self) -> int:
        """Return the upgrades that are left over downgrades 净升级."""
        return self.n_up - self.n_down

    @property
    def net_share(self) -> float | None:
        """Return the net upgrades among the groups of the earlier month; None without any."""
        return self.net / self.n_before if self.n_before else None

    @property
    def changed_share(self) -> float | None:
        """Return the changed among the groups of the earlier month 变动率; None without any."""
        return self.n_changed / self.n_before if self.n_before else None

    def compared(self, number: int) -> int | None:
        """Return a number of changes; None where there was nothing to compare with."""
        return number if self.n_before else None

    def cause(self, name: str) -> int:
        """Return how many changes have this cause; the causes add up to ``n_changed``."""
        return sum(self.ways[way] for way in CAUSES[name])

    def way_share(self, way: str) -> float | None:
        """Return the share of a way in all changes; None without any."""
        return self.ways[way] / self.n_all if self.n_all else None


def unit_changes(code: str, name: str, measures: Measures) -> UnitChanges:
    """Read a unit's row from its counts."""
    counts = {name: int(measures.get(name) or 0) for name in COUNTS}
    plain = {name: n for name, n in counts.items() if not name.startswith("n_way_")}
    return UnitChanges(code, name, **plain, ways={way: counts[f"n_way_{way}"] for way in WAYS})


def total_of(units: Sequence[UnitChanges], name: str = "") -> UnitChanges:
    """Sum the parts 合计."""
    plain = [each for each in COUNTS if not each.startswith("n_way_")]
    return UnitChanges(
        "",
        name,
        **{each: sum(getattr(unit, each) for unit in units) for each in plain},
        ways={way: sum(unit.ways[way] for unit in units) for way in WAYS},
    )


def reconciles(parts: UnitChanges, whole: UnitChanges) -> bool:
    """Say whether the parts add up to the unit above, and its causes to its changes."""
    return replace(parts, code="", name="") == replace(whole, code="", name="") and (
        sum(whole.cause(each) for each in CAUSES) == whole.n_changed
    )


def ranked(now: Sequence[UnitChanges], before: Sequence[UnitChanges]) -> tuple[UnitChanges, ...]:
    """Add rank by net upgrades among all, and its change; best first, unranked last."""
    ranks, earlier = _ranks(now), _ranks(before)
    rows = []
    for unit in now:
        rank, then = ranks.get(unit.code), earlier.get(unit.code)
        moved = then - rank if rank is not None and then is not None else None
        rows.append(replace(unit, rank=rank, rank_change=moved))
    return tuple(sorted(rows, key=lambda row: (row.rank is None, row.rank or 0, row.code)))


def _ranks(units: Sequence[UnitChanges]) -> dict[str, int]:
    shares = {unit.code: unit.net_share for unit in units if unit.net_share is not None}
    return {
        code: 1 + sum(other > share for other in shares.values()) for code, share in shares.items()
    }


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """Be one row of the migration matrix; shares are None where fewer than 10 groups are."""

    from_grade: str
    counts: tuple[int, ...]

    @property
    def n(self) -> int:
        """Return how many groups the row is about: its n."""
        return sum(self.counts)

    @property
    def shares(self) -> tuple[float, ...] | None:
        """Return P(i,j), which add up to 1; None where only counts may be said."""
        if self.n < SMALL_ROW:
            return None
        return tuple(count / self.n for count in self.counts)


def matrix_of(flows: Iterable[tuple[str, str, int]]) -> tuple[MatrixRow, ...]:
    """Arrange (from, to, groups) as the migration matrix 迁移矩阵, every row of it."""
    counts: dict[tuple[str, str], int] = {}
    for before, now, n in flows:
        counts[before, now] = counts.get((before, now), 0) + n
    return tuple(
        MatrixRow(before, tuple(counts.get((before, now), 0) for now in MATRIX_COLUMNS))
        for before in MATRIX_ROWS
    )


@dataclass(frozen=True, slots=True)
class Moves:
    """Be what the cells of a matrix add up to: each group of either month in exactly one."""

    n_up: int = 0
    n_down: int = 0
    n_same: int = 0
    n_unrated: int = 0
    n_rated: int = 0
    n_new: int = 0
    n_exit: int = 0

    @property
    def n_changed(self) -> int:
        """Return the rated groups that have another grade 等级变动."""
        return self.n_up + self.n_down + self.n_unrated


def moves_of(matrix: Iterable[MatrixRow]) -> Moves:
    """Add the cells of a matrix up by direction."""
    found: dict[str, int] = {}
    for row in matrix:
        for now, n in zip(MATRIX_COLUMNS, row.counts, strict=True):
            kind = _direction(row.from_grade, now)
            found[kind] = found.get(kind, 0) + n
    return Moves(**found)


def _direction(before: str, now: str) -> str:
    if now == EXIT:
        return "n_exit"
    if before == NEW:
        return "n_new"
    if before == now:
        return "n_same"
    if NR in (before, now):
        return "n_rated" if before == NR else "n_unrated"
    return "n_up" if GRADES.index(now) < GRADES.index(before) else "n_down"


def causes_of(ways: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Add (way, groups) up by cause; ways that are no change of grade count nowhere."""
    found = dict.fromkeys(CAUSES, 0)
    for way, n in ways:
        for cause, shown_in in CAUSES.items():
            found[cause] += n if way in shown_in else 0
    return found
