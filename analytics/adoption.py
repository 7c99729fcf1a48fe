"""Say what similar groups 同类集团 use and one group lacks; pure.

adoption = similar groups using / similar groups, from three similar groups on
lacking  = products a group does not use and at least 30 % of its similar groups do
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

MEASURES = (
    "n_groups_using",
    "users",
    "member_users",
    "billed_users",
    "amount_li",
    "group_paid_li",
    "member_paid_li",
    "outsider_paid_li",
)
FEWEST_SIMILAR = 3
LACKING_PERCENT = 30


@dataclass(frozen=True, slots=True)
class Adoption:
    """Be what similar groups 同类集团 do with one product: how many use it, quartiles of users."""

    product_code: str
    n_using: int
    n_similar: int
    users_q1: float | None = None
    users_median: float | None = None
    users_q3: float | None = None

    @property
    def share(self) -> float | None:
        """Return the adoption 同类使用率; None below three similar groups."""
        return self.n_using / self.n_similar if self.n_similar >= FEWEST_SIMILAR else None


def lacking(used: Collection[str], adoptions: Iterable[Adoption]) -> tuple[Adoption, ...]:
    """Return the products a group lacks 缺少的产品, the most usual first."""
    missing = [
        each
        for each in adoptions
        if each.product_code not in used
        and each.n_similar >= FEWEST_SIMILAR
        and 100 * each.n_using >= LACKING_PERCENT * each.n_similar
    ]
    return tuple(sorted(missing, key=lambda each: (-(each.share or 0.0), each.product_code)))
