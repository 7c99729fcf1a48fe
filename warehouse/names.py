"""Put the groups of a month in the order of their names 拼音次序, for lists ordered in memory.

The pinyin of a name stands in Postgres, where only unseen names are spelled. Half a million names
cannot be looked up each time a reader sorts a province by name, so a run writes each group's place
beside its marts. The file is read from the run's folder and never loaded.
"""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from pyarrow import csv

from warehouse.context import RunContext
from warehouse.models import NamePinyin

MART = "group_name"
_SPELLED = ("name", "pinyin", "initials")


def names_step(ctx: RunContext) -> int:
    """Write ``group_name``: group, place of its pinyin among the month's, initials.

    Equal pinyin is an equal place; a name too long to be spelled has neither.
    """
    ctx.progress(0, 1, MART)
    groups = ctx.read("group_month", ["group_code", "name"])
    spelled = _spelled()
    at = pc.index_in(groups["name"], value_set=spelled["name"])
    pinyin, initials = (pc.take(spelled[name], at) for name in _SPELLED[1:])
    place = pc.rank(pinyin, sort_keys="ascending", tiebreaker="dense").cast(pa.int32())
    table = pa.table(
        {
            "group_code": groups["group_code"],
            "name_place": pc.if_else(pc.is_null(pinyin), pa.scalar(None, pa.int32()), place),
            "initials": initials,
        }
    )
    n_rows = ctx.write(MART, table)
    ctx.progress(1, 1, "")
    return n_rows


def _spelled() -> pa.Table:
    """Return every name that was ever spelled; bytes order is Postgres' own (collation C)."""
    listed = ", ".join(_SPELLED)
    answer = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY (SELECT {listed} FROM {NamePinyin._meta.db_table}) TO STDOUT"
            " (FORMAT csv, FORCE_QUOTE *)",
            answer,
        )
    answer.seek(0)
    if not answer.getbuffer().nbytes:
        return pa.table({name: pa.array([], pa.string()) for name in _SPELLED})
    return csv.read_csv(
        answer,
        read_options=csv.ReadOptions(column_names=list(_SPELLED)),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(_SPELLED, pa.string()), strings_can_be_null=False
        ),
    )
