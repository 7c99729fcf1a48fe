"""The method note's worked example is what the code computes."""

from __future__ import annotations

from pathlib import Path

import pytest

from scoring.maps import MICRO
from scoring.score import score_groups
from tests.scoring.factories import OCTOBER, WORKED, columns_of, default_model

NOTE = Path(__file__).parents[2] / "docs" / "method" / "scoring.md"


def test_the_table_of_the_worked_example_is_true() -> None:
    model = default_model()
    text = NOTE.read_text(encoding="utf-8")
    lines = text.split("## Worked example")[1].splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")][1:]
    assert [row[0] for row in rows] == list(model.codes)
    scores = score_groups(model, columns_of([WORKED]), OCTOBER)
    for k, (_, raw, points, weight, contribution) in enumerate(rows):
        assert float(raw) == pytest.approx(scores.raw[0, k], abs=1e-8)
        assert float(points) == scores.points[0, k] / MICRO
        assert float(weight) == scores.weights[0, k]
        assert float(contribution) == pytest.approx(float(points) * float(weight), abs=1e-9)
    assert sum(float(row[4]) for row in rows) == pytest.approx(scores.score[0], abs=1e-9)
    assert f"**{scores.score[0]}**" in text
