"""Know where a run's mart was loaded 共用分区: what a run took over is there once, not twice.

A threshold or a model set anew leaves the facts of a month as they are. The run that took their
files over reads the partition of the run that loaded them; ``MonthRun.shared_marts`` says which,
mart by mart. It is written once, before the run is ready, so a process may remember it.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.apps import apps

_known: dict[int, Mapping[str, int]] = {}


def learn(run: int, shared: Mapping[str, int]) -> None:
    """Remember what a run shares; whoever lists the published runs knows it anyway."""
    _known[run] = shared


def forget() -> None:
    """Remember nothing: the database is another one."""
    _known.clear()


def loaded_by(run: int, mart: str) -> int:
    """Return the run whose partition holds a run's mart: mostly its own."""
    if run not in _known:
        runs = apps.get_model("warehouse", "MonthRun").objects.filter(pk=run)
        learn(run, runs.values_list("shared_marts", flat=True).first() or {})
    return _known[run].get(mart, run)
