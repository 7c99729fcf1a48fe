"""Compare a group with similar groups 同类集团: same industry, same size, whole province."""

from __future__ import annotations

from dataclasses import dataclass

from warehouse.mart_models import GroupResult, PeerMonth

PEER_MEASURES = ("score", "n_members", "total_income_li")
FEWEST_SIMILAR = 3


@dataclass(frozen=True, slots=True)
class PeerMeasure:
    """Be one measure of a group between the quartiles of its peers; None where nobody has it."""

    code: str
    own: float | None
    quartiles: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True)
class Peers:
    """Be the similar groups of the province: how many, and the quartiles from three on."""

    n: int
    measures: tuple[PeerMeasure, ...]


def peers_of(run: int, result: GroupResult) -> Peers:
    """Return quartiles of the province's groups of the same industry and size.

    This reads beyond the reader's scope on purpose: quartiles only, of three groups or more.
    """
    similar = {"industry_code": result.industry_code, "size_band": result.size_band}
    found = PeerMonth.objects.in_run(run).filter(**similar).values().first()
    if found is None or found["n_groups"] < FEWEST_SIMILAR:
        return Peers(found["n_groups"] if found else 0, ())
    measures = []
    for name in PEER_MEASURES:
        low, middle, high = (found[f"{name}_q{place}"] for place in (1, 2, 3))
        quartiles = None if middle is None else (low, middle, high)
        measures.append(PeerMeasure(name, getattr(result, name), quartiles))
    return Peers(found["n_groups"], tuple(measures))
