"""Finish one kind 清单入库: cut rows, write the rest sorted, settle the books."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq

from warehouse.gate import Finding, StagedKind
from warehouse.gate_duplicates import repeated_keys
from warehouse.gate_ledger import Place
from warehouse.gate_notes import note_scanned
from warehouse.gate_rules import OF_PRODUCT, rules_of
from warehouse.gate_stage import Stage
from warehouse.store import literal, parquet_options, quoted, staging_sql

CONFLICTS_NAMED: Final = 20
OWN_SQL: Final = frozenset({"groups", "account_managers"})


class ConservationError(Exception):
    """Say that rows or money went missing inside the gate: our fault, never the file's."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Be a row set aside after reading: where, why, and the row it repeats, if any."""

    file: int
    line: int
    code: str
    column: str
    value: str
    first_file: int | None = None
    first_line: int | None = None


def write_kind(stage: Stage, target: Path) -> None:
    """Write the kind's sorted Parquet to ``target`` and enter the cuts in the ledger.

    Raises:
        ConservationError: when a key still repeats after its rows were read one by one.
    """
    stage.read_suspects()
    for _ in range(3):  # once, again without repeated keys, and once more if those bring others
        cuts = _cuts(stage)
        _write(stage, target)
        again = _repeated(stage, target) if stage.typed else []
        if not again:
            _settle(stage, cuts)
            return
        stage.read_again(again, stage.typed)
    raise ConservationError(f"{stage.contract.kind}: keys repeat for ever: {again[:3]}")


def _cuts(stage: Stage) -> list[Cut]:
    """Fill the table ``cut`` anew and return what is in it: rules first, then duplicates."""
    stage.connection.execute("DELETE FROM cut")
    cuts = _broken_rules(stage)
    _cut(stage, cuts)
    doubles = _duplicates(stage)
    _cut(stage, doubles)
    return cuts + doubles


def _cut(stage: Stage, cuts: list[Cut]) -> None:
    if cuts:
        stage.connection.executemany(
            "INSERT INTO cut VALUES (?, ?, ?)", [(c.file, c.line, c.code) for c in cuts]
        )


def _broken_rules(stage: Stage) -> list[Cut]:
    rules = rules_of(stage.contract)
    if not rules:
        return []
    whens = " ".join(f"WHEN {rule.condition} THEN {i}" for i, rule in enumerate(rules))
    values = ", ".join(f"coalesce(r.{quoted(rule.column)}, '')" for rule in rules)
    found = stage.connection.execute(
        f"SELECT * FROM (SELECT _file, _line, CASE {whens} END AS rule, [{values}] AS cells "
        "FROM row_now r) WHERE rule IS NOT NULL ORDER BY _file, _line"
    ).fetchall()
    return [
        Cut(file, line, rules[i].code, rules[i].column, cells[i]) for file, line, i, cells in found
    ]


def _duplicates(stage: Stage) -> list[Cut]:
    query = staging_sql(
        "duplicates",
        rows="row_now",
        key=", ".join(map(quoted, stage.contract.unique)),
        columns=stage.columns,
    )
    column = "、".join(stage.contract.key)
    return [
        Cut(file, line, "same" if same else "key_conflict", column, text, first_file, first_line)
        for file, line, text, first_file, first_line, same in stage.connection.execute(
            query
        ).fetchall()
    ]


def _write(stage: Stage, target: Path) -> None:
    if len(stage.typed) == 1 and not stage.rows and not _needs_sql(stage):
        target.unlink(missing_ok=True)
        target.hardlink_to(stage.typed[0].path)
        return
    kind = stage.contract.kind
    name = kind if kind in OWN_SQL else "of_product" if kind in OF_PRODUCT else "finish"
    kept = stage.kept()
    if stage.typed:
        # sorting a union does not keep to the memory limit, sorting a file does
        whole = stage.spare / f"kept_{kind}.parquet"
        stage.connection.execute(f"COPY ({kept}) TO {literal(str(whole))} (FORMAT parquet)")
        kept = f"SELECT * FROM read_parquet({literal(str(whole))})"
    query = staging_sql(
        name,
        kept=kept,
        columns=stage.columns,
        order=", ".join(map(quoted, stage.contract.sort_by)),
    )
    stage.connection.execute(f"COPY ({query}) TO {literal(str(target))} ({parquet_options()})")


def _needs_sql(stage: Stage) -> bool:
    if stage.contract.kind in OWN_SQL:
        return True
    if stage.contract.kind not in OF_PRODUCT:
        return False
    unknown = stage.connection.execute(
        f"SELECT 1 FROM ({stage.kept()}) k WHERE NOT EXISTS "
        "(SELECT 1 FROM ref_product p WHERE p.code = k.product_code) LIMIT 1"
    ).fetchone()
    return unknown is not None


def _repeated(stage: Stage, target: Path) -> list[tuple[str | None, ...]]:
    """Return keys that stand twice; the bucket 其他 may hold several unknown products."""
    found = repeated_keys(target, stage.contract.unique)
    if stage.contract.kind in OF_PRODUCT:
        at = stage.contract.key.index("product_code")
        found = [key for key in found if key[at] != "other"]
    return found


def _settle(stage: Stage, cuts: list[Cut]) -> None:
    """Enter the cuts and what the scans brought in the ledger."""
    tally = stage.ledger.tally(stage.contract.kind)
    shown = {source.number: source.file.shown for source in stage.sources}
    n_conflicts = 0
    for cut in cuts:
        place = Place(stage.contract.kind, shown[cut.file], cut.line, cut.column)
        if cut.code == "same":
            place = Place(place.kind, place.file, cut.line)
            stage.ledger.note("duplicates_dropped", place, 1, cut.value)
            tally.n_dropped += 1
        elif cut.code == "key_conflict":
            n_conflicts += 1
            tally.n_quarantined += 1
            if n_conflicts <= CONFLICTS_NAMED:
                stage.ledger.say(_conflict(cut, place, shown))
        else:
            stage.ledger.reject(cut.code, place, cut.value)
            tally.n_quarantined += 1
            tally.n_causes += cut.code != "parent_quarantined"
    if cuts:
        _settle_money(stage)
    for query in stage.scanned():
        row = stage.connection.execute(f"SELECT count(*), {_sums(stage)} FROM ({query})").fetchone()
        assert row is not None  # noqa: S101 - an aggregate always has a row
        tally.n_in += row[0]
        tally.money_in.update(
            {c.name: v for c, v in zip(stage.contract.money, row[1:-1], strict=True)}
        )
    note_scanned(stage)
    if stage.contract.kind == "groups":
        _remember_bad_groups(stage)


def _conflict(cut: Cut, place: Place, shown: dict[int, str]) -> Finding:
    params = {"other_file": shown[cut.first_file or 0], "other_line": cut.first_line}
    return Finding(
        "key_conflict",
        "R",
        place.kind,
        place.file,
        place.line,
        place.column,
        cut.value,
        params=params,
    )


def _sums(stage: Stage) -> str:
    """Return the sums of all money columns and a closing 0, so that the list is never empty."""
    sums = [f"CAST(coalesce(sum({quoted(c.staged)}), 0) AS BIGINT)" for c in stage.contract.money]
    return ", ".join([*sums, "0"])


def _settle_money(stage: Stage) -> None:
    tally = stage.ledger.tally(stage.contract.kind)
    found = stage.connection.execute(
        f"SELECT c.code = 'same', {_sums(stage)} FROM row_now r JOIN cut c USING (_file, _line) "
        "GROUP BY 1"
    ).fetchall()
    for is_same, *sums in found:
        side = tally.money_dropped if is_same else tally.money_quarantined
        side.update({c.name: v for c, v in zip(stage.contract.money, sums[:-1], strict=True)})


def _remember_bad_groups(stage: Stage) -> None:
    """Remember the groups whose own row is quarantined; their children follow them."""
    codes = [(code,) for code in sorted(stage.bad_groups)]
    codes += stage.connection.execute(
        "SELECT DISTINCT r.group_code FROM row_now r JOIN cut c USING (_file, _line) "
        "WHERE c.code <> 'same'"
    ).fetchall()
    if codes:
        stage.connection.executemany("INSERT INTO cut_group VALUES (?)", codes)


def counted(stage: Stage, target: Path, relative: Path) -> StagedKind:
    """Count the written file again and prove conservation.

    Raises:
        ConservationError: when in ≠ accepted + quarantined + dropped.
    """
    contract, tally = stage.contract, stage.ledger.tally(stage.contract.kind)
    n_accepted = pq.read_metadata(target).num_rows
    sums = stage.connection.execute(
        f"SELECT {_sums(stage)} FROM read_parquet({literal(str(target))})"
    ).fetchone()
    assert sums is not None  # noqa: S101 - an aggregate always has a row
    money = {
        column.name: {
            "in": tally.money_in[column.name],
            "accepted": accepted,
            "quarantined": tally.money_quarantined[column.name],
            "dropped": tally.money_dropped[column.name],
        }
        for column, accepted in zip(contract.money, sums[:-1], strict=True)
    }
    rows_add_up = tally.n_in == n_accepted + tally.n_quarantined + tally.n_dropped
    money_adds_up = all(
        m["in"] == m["accepted"] + m["quarantined"] + m["dropped"] for m in money.values()
    )
    if not (rows_add_up and money_adds_up):
        raise ConservationError(f"{contract.kind}: {tally} accepted={n_accepted} {money}")
    return StagedKind(
        contract.kind,
        str(relative),
        tally.n_in,
        n_accepted,
        tally.n_quarantined,
        tally.n_dropped,
        money,
    )
