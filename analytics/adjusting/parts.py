"""Shape what the pages of grade adjustment 等级调整 draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from adjustments.actions import ItemResult
from adjustments.evidence import MAX_BYTES, MAX_FILES
from adjustments.evidence_kinds import KINDS_TAKEN
from adjustments.groups import GroupNow
from adjustments.models import Evidence, GradeAdjustment
from adjustments.states import MAX_TEXT, MAX_VALIDITY_MONTHS, MIN_REASON, State
from analytics.adjusting import words
from core import formats
from core.parts import ModuleParts
from scoring.grades import GRADES

FILE_TYPES = ".pdf,.png,.jpg,.jpeg,.docx,.xlsx"


@dataclass(frozen=True)
class RequestForm:
    """Be the form 申请调级: what stands in it, what does not do, what the choices are."""

    group: GroupNow
    distance: str
    values: Mapping[str, str]
    token: str = ""
    row: GradeAdjustment | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()

    grades = tuple(GRADES)
    months = tuple(range(1, MAX_VALIDITY_MONTHS + 1))
    most_files, most_text, least_text = MAX_FILES, MAX_TEXT, MIN_REASON
    file_types = FILE_TYPES

    @property
    def kinds(self) -> str:
        """Name the kinds of file that are taken."""
        return " / ".join(KINDS_TAKEN)

    @property
    def most_mb(self) -> int:
        """Return how large a file may be."""
        return MAX_BYTES // (1024 * 1024)

    @property
    def is_reconfirmed(self) -> bool:
        """Tell whether the form sends a request again."""
        return self.row is not None and self.row.state == State.NEEDS_RECONFIRMATION

    @property
    def may_delete(self) -> bool:
        """Tell whether it is a draft one may throw away."""
        return self.row is not None and self.row.state == State.DRAFT


@dataclass(frozen=True)
class FormParts(ModuleParts):
    """Be the page 申请调级."""

    form: RequestForm | None = None


@dataclass(frozen=True)
class RequestView:
    """Be one request as drawn: badges, facts, files."""

    row: GradeAdjustment
    person: str
    evidence: tuple[Evidence, ...]
    url: str
    group_url: str

    @property
    def age(self) -> words.Age | None:
        """Return how long it waits."""
        return words.age_of(self.row)

    @property
    def tag(self) -> str:
        """Return the colour of its state."""
        return words.tag_of(self.row)

    @property
    def validity(self) -> str:
        """Return for how long, until when."""
        return words.validity_of(self.row)

    @property
    def score(self) -> str:
        """Return the score the requester saw."""
        return formats.number(self.row.score, 1)

    @property
    def decided(self) -> str:
        """Say who decided and when."""
        return words.decided_line(self.row)

    @property
    def requester(self) -> str:
        """Name the requester."""
        return str(self.row.requester.get_full_name() or self.row.requester.get_username())

    @property
    def key(self) -> str:
        """Return how a form names it: with the version that was read."""
        return f"{self.row.pk}:{self.row.version}"


@dataclass(frozen=True)
class RequestParts(ModuleParts):
    """Be the page of one request with its steps; a form where it is still the reader's to edit."""

    view: RequestView | None = None
    lines: tuple[words.StepLine, ...] = ()
    form: RequestForm | None = None
    error: str = ""
    may_recall: bool = False
    again_url: str = ""


@dataclass(frozen=True, slots=True)
class InboxLine:
    """Be one line of the inbox's list."""

    row: GradeAdjustment
    url: str
    is_current: bool
    may_decide: bool

    @property
    def age(self) -> words.Age | None:
        """Return how long it waits."""
        return words.age_of(self.row)

    @property
    def who(self) -> str:
        """Name the requester."""
        return str(self.row.requester.get_full_name() or self.row.requester.get_username())

    @property
    def sent(self) -> str:
        """Return the day it was sent."""
        return words.submitted_on(self.row)

    @property
    def tag(self) -> str:
        """Return the colour of its state."""
        return words.tag_of(self.row)

    @property
    def key(self) -> str:
        """Return how a form names it."""
        return f"{self.row.pk}:{self.row.version}"


@dataclass(frozen=True, slots=True)
class BulkLine:
    """Be what became of one request in 批量审批."""

    name: str
    result: ItemResult
    url: str


@dataclass(frozen=True)
class InboxParts(ModuleParts):
    """Be 审批中心: the list, and one request beside it."""

    tab: str = ""
    tab_label: str = ""
    lines: tuple[InboxLine, ...] = ()
    n_lines: int = 0
    earlier_url: str = ""
    later_url: str = ""
    bulk: tuple[BulkLine, ...] = ()
    view: RequestView | None = None
    may_decide: bool = False
    is_chosen: bool = False
    impact_url: str = ""
    list_url: str = ""
    here: str = ""
    error: str = ""
    comment: str = ""
    steps: tuple[words.StepLine, ...] = ()
    delegations_url: str = ""

    @property
    def offers_bulk(self) -> bool:
        """Tell whether several may be decided at once."""
        return any(line.may_decide for line in self.lines)

    @property
    def n_done(self) -> int:
        """Count what a decision over several did."""
        return sum(line.result.is_done for line in self.bulk)


@dataclass(frozen=True)
class ImpactView:
    """Be the impact 影响 as drawn."""

    impact: Any
    peers: tuple[tuple[str, str, tuple[str, ...]], ...]
    peers_said: str
    changes: tuple[str, ...]
    alerts: tuple[str, ...]
    chart: Any = None
    sum_line: str = ""
