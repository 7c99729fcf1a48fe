"""Keep a group ordinary while nothing is planted in it, however few its members are.

The anomaly rules have fixed thresholds; chance alone crosses them in a group of five. A demo whose
small groups alarm all the time would teach nothing, so here a group never has more abnormal members
than is usual, most of its phones are in use, and whoever joins a small one calls less than others.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from core.month import Month
from gcva.province.groups import Groups
from gcva.province.plan import Flags, Ints

SMALL = 12  # members up to which a stopped phone would show in the group's calls
USUAL_SHARE, USUAL_SHARE_A, USUAL_COUNT = 0.12, 0.07, 2
LARGE, NEWCOMER_SHARE = 25, 0.2  # members from which a newcomer calls as usual; least share
CORE_SHARE = 0.6  # below the least share of members with use in any city
EPOCH_MONTHS = 1970 * 12


def rank_in_group(owner: npt.NDArray[Any], key: npt.NDArray[Any]) -> Ints:
    """Number the members of each group from 0 in the order of a key."""
    order = np.lexsort((key, owner))
    first = np.searchsorted(owner[order], owner[order], side="left")
    rank = np.empty(len(owner), dtype=np.int64)
    rank[order] = np.arange(len(owner)) - first
    return rank


def too_many(members: Any, groups: Groups, abnormal: Flags) -> Flags:
    """Tell which abnormal members are more than is usual in their group; the cancelled stay."""
    n = len(groups)
    rows = np.bincount(members.group, minlength=n)
    share = np.where(groups.klass <= 1, USUAL_SHARE_A, USUAL_SHARE)
    usual = np.maximum(USUAL_COUNT, np.floor(share * rows))
    room = usual - np.bincount(members.group[members.cancelled], minlength=n)
    found = np.flatnonzero(abnormal & ~members.cancelled)
    rank = rank_in_group(members.group[found], members.phase[found])
    excess = np.zeros(len(members), dtype=np.bool_)
    excess[found[rank >= room[members.group[found]]]] = True
    return excess


def in_small_group(members: Any, groups: Groups) -> Flags:
    """Tell whose group is so small that one stopped phone changes its calls."""
    rows = np.bincount(members.group, minlength=len(groups))
    return np.asarray(rows[members.group] <= SMALL)


def core(members: Any, groups: Groups) -> Flags:
    """Tell who belongs to the larger half of the group, whose phones are always in use."""
    staying = np.flatnonzero(~members.cancelled)
    owner = members.group[staying]
    n_members = np.bincount(owner, minlength=len(groups))
    rank = rank_in_group(owner, members.habit[staying])
    within = np.zeros(len(members), dtype=np.bool_)
    wanted = np.maximum(n_members // 2 + 1, np.ceil(CORE_SHARE * n_members))
    within[staying[rank < wanted[owner]]] = True
    return within


def settled(members: Any, groups: Groups, opened: Month) -> npt.NDArray[np.float32]:
    """Return how much of the usual calls each member makes: in small groups, newcomers make fewer.

    Those who came with their group, and those of the opening, call from the start.
    """
    rows = np.bincount(members.group, minlength=len(groups))[members.group]
    began = np.maximum(month_of(groups.created)[members.group], opened.index)
    part = np.where(
        month_of(members.joined) <= began, 1.0, np.clip(rows / LARGE, NEWCOMER_SHARE, 1)
    )
    return np.asarray(part, dtype=np.float32)


def month_of(days: npt.NDArray[Any]) -> Ints:
    """Return the month index of days since 1970."""
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.asarray(months + EPOCH_MONTHS + 1, dtype=np.int64)
