"""Take over what an earlier run of the month already computed 复用, when nothing under it changed.

A new score model, a new threshold or an approved request leaves the facts of a month as they are,
and a threshold leaves its scores and grades. A step names the files it writes (``Step.keeps``), the
pins it follows (``Step.pins``: model, approvals) and what else it looks up (``Step.reads``); its
*basis* is a digest of all of it: which files, which earlier runs, which settings, which code. Two
runs with one basis have the same bytes, so the second links the files of the first.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import uuid
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from django.apps import apps
from django.conf import settings

from warehouse.context import RunContext, Step
from warehouse.engine import whole_file

#: What of a run counts only for the steps that name it.
PINS = frozenset({"model_version_id", "adjustments_upto", "thresholds_version"})
#: What of a run nothing follows from; whatever is added to a run counts until it stands here.
_NO_BASIS = frozenset(
    {
        "run_id",
        "folder",
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
        rows = None if said.parent == ctx.folder else _rows_said(said, basis)
        if rows is not None and _linked(step, said.parent, ctx):
            return rows
    return None


def narrowed(step: Step, ctx: RunContext) -> RunContext:
    """Hide the pins that a kept step does not name: reading one fails, and cannot go unsaid."""
    if not step.keeps:
        return ctx
    hidden: dict[str, Any] = dict.fromkeys(PINS - set(step.pins))
    return replace(ctx, **hidden)


def remember(step: Step, ctx: RunContext, n_rows: int) -> None:
    """Write down what the step's files were made of, after they are all in place."""
    if step.keeps:
        with whole_file(ctx.folder / f"{step.name}.basis", ctx.check_fence) as unfinished:
            unfinished.write_text(f"{basis_of(step, ctx)} {n_rows}", encoding="utf-8")


def basis_of(step: Step, ctx: RunContext) -> str:
    """Return the digest of everything the step reads: files by their place, settings, code."""
    passed_over = _NO_BASIS | (PINS - set(step.pins))
    read = {f.name: _plain(getattr(ctx, f.name)) for f in fields(ctx) if f.name not in passed_over}
    read["reads"] = step.reads(ctx)
    read["code"] = [_code(), duckdb.__version__, np.__version__, pa.__version__]
    return hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()


@functools.cache
def _code() -> str:
    """Return the digest of the site's own code and SQL: another version computes again."""
    digest = hashlib.sha256()
    folders = {Path(config.path) for config in apps.get_app_configs()}
    for folder in sorted(each for each in folders if each.parent == settings.BASE_DIR):
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".py", ".sql"):
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _plain(value: Any) -> Any:
    """Return a value as JSON; files by their path, which an extract or a run never reuses."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value if isinstance(value, int | float | str | bool | None) else str(value)


def _rows_said(said: Path, basis: str) -> int | None:
    """Return the rows of a step with this basis; None where the basis is another one."""
    try:
        found, _, rows = said.read_text(encoding="utf-8").partition(" ")
    except FileNotFoundError:
        return None
    return int(rows) if found == basis and rows else None


def _linked(step: Step, source: Path, ctx: RunContext) -> bool:
    """Put links in place one by one; a run that is being taken away counts as not there."""
    ctx.folder.mkdir(parents=True, exist_ok=True)
    for name in step.keeps:
        target = ctx.folder / name
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
