"""Take over what an earlier run of the month already computed 复用, when nothing under it changed.

A new score model, a new threshold or an approved request leaves the facts of a month as they are.
A step that reads extracts and earlier months alone names the marts it writes (``Step.keeps``); its
*basis* is a digest of all it read: which files, which earlier runs, which settings, which SQL. Two
runs with one basis have the same bytes, so the second links the files of the first.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import uuid
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
from django.conf import settings

from warehouse import facts, marts
from warehouse.context import RunContext, Step
from warehouse.engine import whole_file

#: What of a run the facts do not depend on; whatever is added to a run counts until it stands here.
_NO_BASIS = frozenset(
    {
        "run_id",
        "folder",
        "model_version_id",
        "adjustments_upto",
        "thresholds_version",
        "engine",
        "progress",
        "check_fence",
        "ahead",
    }
)


def take_over(step: Step, ctx: RunContext) -> int | None:
    """Link the step's marts from a run with the same basis; return their rows, or None."""
    if not (step.keeps and settings.GCVA_REUSE):
        return None
    basis = basis_of(step, ctx)
    for said in sorted(ctx.folder.parent.glob(f"run=*/{step.name}.basis"), reverse=True):
        if said.parent != ctx.folder and _says(said, basis) and _linked(step, said.parent, ctx):
            return int(pq.read_metadata(ctx.path(step.keeps[-1])).num_rows)
    return None


def remember(step: Step, ctx: RunContext) -> None:
    """Write down what the step's marts were made of, after they are all in place."""
    if step.keeps:
        with whole_file(ctx.folder / f"{step.name}.basis", ctx.check_fence) as unfinished:
            unfinished.write_text(basis_of(step, ctx), encoding="utf-8")


def basis_of(step: Step, ctx: RunContext) -> str:
    """Return the digest of everything the step reads: files by their place, settings, code."""
    read = {f.name: _plain(getattr(ctx, f.name)) for f in fields(ctx) if f.name not in _NO_BASIS}
    read["code"] = [_code(step), duckdb.__version__]
    return hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()


def _code(step: Step) -> str:
    digest = hashlib.sha256()
    own = Path(inspect.getfile(step.call))
    for path in (own, Path(facts.__file__), Path(marts.__file__), *sorted(facts.SQL.iterdir())):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _plain(value: Any) -> Any:
    """Return a value as JSON; files by their path, which an extract or a run never reuses."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value if isinstance(value, int | float | str | bool | None) else str(value)


def _says(said: Path, basis: str) -> bool:
    try:
        return said.read_text(encoding="utf-8") == basis
    except FileNotFoundError:
        return False


def _linked(step: Step, source: Path, ctx: RunContext) -> bool:
    """Put links in place one by one; a run that is being taken away counts as not there."""
    ctx.folder.mkdir(parents=True, exist_ok=True)
    for mart in step.keeps:
        target = ctx.path(mart)
        unfinished = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
        try:
            os.link(source / target.name, unfinished)
            ctx.check_fence()
            unfinished.replace(target)
        except OSError:
            return False
        finally:
            unfinished.unlink(missing_ok=True)
    return True
