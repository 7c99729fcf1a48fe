"""Split a large file into its plain lines and the others, so that some dirt costs little.

The plain lines go to a copy for the typed scan; the others go to the row reader with their line.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.parse import TextFile, line_blocks, unplain

MOST_LINES: Final = 200_000


@dataclass(frozen=True, slots=True)
class SplitFile:
    """Be a file's plain lines (a copy) and its other lines with their numbers (ascending)."""

    plain: Path
    n_plain: int
    others: tuple[tuple[int, str], ...] = ()

    def original_lines(self, lines: list[int]) -> list[int]:
        """Return which lines of the file these lines of the copy are."""
        shifts = [number - i for i, (number, _) in enumerate(self.others)]
        return [line + bisect_right(shifts, line) for line in lines]


def split(text: TextFile, delimiter: str, first_line: int, target: Path) -> SplitFile | None:
    """Split a file from ``first_line`` on; the lines before it stay in the copy.

    Returns:
        ``None`` when a record runs over lines (an odd number of quotes), or too many lines are
        not plain: then only the row reader can read the file.
    """
    others: list[tuple[int, str]] = []
    pattern = unplain(delimiter, in_line=True)
    number = n_plain = 0
    with text.path.open("rb") as source, target.open("wb") as copy:
        for block in line_blocks(source):
            lines = np.array(block[1:].removesuffix(b"\n").split(b"\n"), dtype=object)
            cells = pa.array(lines, type=pa.binary())
            if text.has_quotes and _runs_over(cells):
                return None
            dirty = pc.match_substring_regex(cells, pattern=pattern).to_numpy(zero_copy_only=False)
            dirty[: max(0, first_line - 1 - number)] = False
            others += [
                (number + i + 1, lines[i].decode().rstrip("\r"))
                for i in np.flatnonzero(dirty).tolist()
            ]
            if len(others) > MOST_LINES:
                return None
            kept = lines[~dirty]
            copy.write(b"\n".join(kept) + (b"\n" if len(kept) else b""))
            number += len(lines)
            n_plain += len(kept)
    return SplitFile(target, n_plain, tuple(others))


def _runs_over(cells: pa.Array) -> bool:
    quotes = pc.count_substring(cells, pattern='"').to_numpy(zero_copy_only=False)
    return bool((quotes % 2).any())
