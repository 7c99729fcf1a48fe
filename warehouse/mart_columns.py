"""Keep columns of a published mart in memory 按列读取, for lists too long to sort row by row.

A province has half a million groups. Ordering them by any amount, filtering, searching and counting
are passes over a few columns, milliseconds each; the rows a page then shows are read from Postgres
by their keys, within the reader's scope. The columns come from the run's own Parquet files, whose
rows stand in the order of the mart's keys and never change once they are in place.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection
from pathlib import Path
from threading import Lock
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from warehouse.mart_rows import ReaderScope, owner_codes
from warehouse.queries import run_folder

Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]
#: What one process keeps of all months; one of half a million groups takes some 60 MiB.
MOST_KEPT = 192 * 2**20


class _Kept:
    """Keep what was read last, within a budget; threads may ask at once."""

    def __init__(self, budget: int) -> None:
        self._budget, self._lock = budget, Lock()
        self._found: OrderedDict[Any, tuple[Any, int]] = OrderedDict()
        self._size = 0

    def get(self, key: Any, make: Callable[[], Any]) -> Any:
        """Return what was made for a key, or make it; two threads may make it both."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key][0]
        made = make()
        with self._lock:
            if key not in self._found:
                self._found[key] = made, _size_of(made)
                self._size += self._found[key][1]
            while self._size > self._budget and len(self._found) > 1:
                self._size -= self._found.popitem(last=False)[1][1]
        return made


def _size_of(made: Any) -> int:
    return sum(map(_size_of, made)) if isinstance(made, tuple) else int(getattr(made, "nbytes", 64))


_kept = _Kept(MOST_KEPT)


class MartColumns:
    """Be the columns of one mart of one run, read when first asked for; row i is the file's.

    Raises:
        FileNotFoundError: if the run's file is not on this machine; ask :func:`columns_of_run`.
    """

    def __init__(self, path: Path) -> None:
        """Name the file; nothing is read yet."""
        self._path = path
        self._key = (str(path), path.stat().st_mtime_ns)

    def made(self, name: str, make: Callable[[], Any]) -> Any:
        """Return what follows from these columns alone, made once: arrays, or a tuple of them."""
        return _kept.get((*self._key, name), make)

    def numbers(self, name: str) -> Numbers:
        """Return a column of numbers; NaN where the value is missing."""
        return cast(Numbers, self.made(f"{name} numbers", lambda: self._numbers(name)))

    def _numbers(self, name: str) -> Numbers:
        column = self._read(name).cast(pa.float64(), safe=False)
        return np.asarray(pc.fill_null(column, np.nan).combine_chunks().to_numpy())

    def texts(self, name: str) -> pa.ChunkedArray:
        """Return a column of texts as it stands."""
        return self.made(f"{name} texts", lambda: self._read(name))

    def categories(self, name: str) -> tuple[NDArray[np.int32], NDArray[np.object_]]:
        """Return a column of few texts: per row the number of its text (−1: missing), the texts."""
        found = self.made(f"{name} categories", lambda: self._categories(name))
        return cast("tuple[NDArray[np.int32], NDArray[np.object_]]", found)

    def _categories(self, name: str) -> tuple[NDArray[np.int32], NDArray[np.object_]]:
        column = self._read(name, dictionary=True).unify_dictionaries().combine_chunks()
        indices = pc.fill_null(column.indices, -1).to_numpy(zero_copy_only=False)
        numbers: NDArray[np.int32] = np.asarray(indices, np.int32)
        return numbers, np.array(column.dictionary.to_pylist(), object)

    def places(self, name: str) -> Numbers:
        """Return the place of each row's text in the order of the texts, for sorting."""
        numbers, texts = self.categories(name)
        place = np.empty(len(texts) + 1)
        place[np.argsort(texts)] = np.arange(len(texts))
        place[-1] = np.nan
        return place[numbers]

    def among(self, name: str, wanted: Collection[str]) -> Flags:
        """Tell which rows have one of few texts."""
        numbers, texts = self.categories(name)
        fits = np.array([*(text in wanted for text in texts), False], np.bool_)
        return cast(Flags, fits[numbers])

    def equal_to(self, name: str, value: str) -> Flags:
        """Tell which rows have one value, given as an address writes it."""
        if pa.types.is_string(self._schema.field(name).type):
            return self.among(name, (value,))
        return cast(Flags, self.numbers(name) == float(value))

    def with_text(self, name: str, text: str) -> Flags:
        """Tell which rows' text contains another one, whatever its case."""
        upper = self.made(f"{name} upper", lambda: pc.utf8_upper(self._read(name)))
        return _flags(pc.match_substring(upper, text.upper()))

    def one_of(self, name: str, wanted: pa.Array) -> Flags:
        """Tell which rows have one of many texts."""
        return _flags(pc.is_in(self.texts(name), value_set=wanted))

    def visible_to(self, scope: ReaderScope) -> Flags:
        """Tell which rows belong to the scope's units or account managers."""
        if scope.is_province:
            return np.ones(self.n_rows, np.bool_)
        seen = np.zeros(self.n_rows, np.bool_)
        for column, codes in owner_codes(scope).items():
            if codes:
                seen |= self.among(column, codes)
        return seen

    @property
    def n_rows(self) -> int:
        """Return how many rows the mart has."""
        return int(self.made("rows", lambda: pq.read_metadata(self._path).num_rows))

    @property
    def _schema(self) -> pa.Schema:
        return self.made("schema", lambda: pq.read_schema(self._path))

    def _read(self, name: str, *, dictionary: bool = False) -> pa.ChunkedArray:
        listed = [name] if dictionary else None
        with pq.ParquetFile(self._path, read_dictionary=listed) as file:
            # one thread: readers of other pages share the cores
            return file.read(columns=[name], use_threads=False).column(name)


def columns_of_run(run: int, mart: str) -> MartColumns | None:
    """Return the columns of a run's mart; None where its file is not on this machine."""
    try:
        return MartColumns(run_folder(run) / f"{mart}.parquet")
    except FileNotFoundError:
        return None


def _flags(found: pa.ChunkedArray) -> Flags:
    return np.asarray(pc.fill_null(found, False).combine_chunks().to_numpy(zero_copy_only=False))


def starting_with(texts: pa.ChunkedArray, beginning: str) -> Flags:
    """Tell which texts begin so; a missing one does not."""
    return _flags(pc.starts_with(texts, beginning))
