"""What an approval makes of a grade, and the way it changed; worked by hand."""

from __future__ import annotations

import pytest

from scoring.overlaying import lay, way_of

# effective now, without approvals; last month's effective, without approvals; what the run said
GOLDEN = [
    ("A1", "B1", "B1", "B1", "", "approved_up"),
    ("C", "B1", "B1", "B1", "", "approved_down"),
    ("B1", "B1", "B1", "B1", "", ""),
    ("A1", "B1", "A1", "B1", "", ""),  # approved before and now
    ("B1", "B1", "A1", "B1", "", "approved_down"),  # the approval ended
    ("A1", "A2", "C", "C", "score_up", "score_up"),  # the score did three of four steps
    ("A1", "A2", "B1", "B1", "model", "approved_up"),  # one each: the approval
    ("A1", "A2", "B2", "B2", "model", "model"),
    ("A1", "A2", "B2", "B2", "threshold", "threshold"),
    ("A2", "B1", "", "", "first", "first"),
    ("A2", "B1", "", "", "opening", "opening"),
    ("NR", "NR", "A2", "B1", "", "score_down"),
    ("A2", "NR", "NR", "NR", "", "first"),
    ("B2", "C", "A1", "A1", "score_down", "score_down"),  # an approval softened the fall
]


@pytest.mark.parametrize(("effective", "base", "before", "base_before", "said", "way"), GOLDEN)
def test_the_way_is_the_term_that_went_further(
    effective, base, before, base_before, said, way
) -> None:
    assert way == way_of(
        effective=effective, base=base, before=before, base_before=base_before, said=said
    )


def test_an_approval_of_last_month_alone_changes_what_the_month_is_compared_with() -> None:
    laid = lay(
        group_code="G1",
        effective_grade="B1",
        effective_source="suggested",
        grade_way="",
        suggested_grade="B1",
        prev_effective_grade="B1",
        prev_suggested_grade="B1",
        approved=None,
        adjustment_id=None,
        approved_before="A1",
        was_approved=False,
    )
    assert (laid.effective, laid.source, laid.before) == ("B1", "suggested", "A1")
    assert laid.way == "approved_down"
