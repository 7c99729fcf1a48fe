"""Hold the requests to change a grade 等级调整, their steps and their evidence."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from accounts.models import audited
from adjustments.states import DECIDED, EDITABLE, MAX_TEXT, PENDING, State
from core.month import Month
from scoring.grades import GRADES

STATE_LABELS = [
    (State.DRAFT.value, _("草稿")),
    (State.SUBMITTED.value, _("待审批")),
    (State.APPROVED.value, _("已同意")),
    (State.REJECTED.value, _("已驳回")),
    (State.RECALLED.value, _("已撤回")),
    (State.EXPIRED.value, _("已到期")),
    (State.NEEDS_RECONFIRMATION.value, _("需重新确认")),
]
#: What never changes once a request was approved; only that its time is over may be added.
_APPROVED_AS = [
    "group_code",
    "group_name",
    "city_code",
    "county_code",
    "account_manager_code",
    "requester_id",
    "month_index",
    "run",
    "score",
    "suggested_grade",
    "effective_grade",
    "requested_grade",
    "reason",
    "validity_months",
    "from_month_index",
    "to_month_index",
    "decided_by_id",
    "decided_at",
    "comment",
    "via_delegation",
    "submitted_at",
]
_CHANGED_AFTER_APPROVAL = "OLD.state = 'approved' AND ({}) IS DISTINCT FROM ({})".format(
    ", ".join(f"OLD.{name}" for name in _APPROVED_AS),
    ", ".join(f"NEW.{name}" for name in _APPROVED_AS),
)


@audited()
class GradeAdjustment(ConcurrentTransitionMixin, models.Model):
    """Be one request to change a group's grade 等级调整.

    ``month_index``, ``run``, the owner codes, score and grades are what the requester saw;
    ``from_month_index`` … ``to_month_index`` the months an approval holds for. ``version`` counts
    the changes: who acts says which version was read.
    """

    group_code = models.CharField(_("集团编码"), max_length=40)
    group_name = models.CharField(_("集团名称"), max_length=200)
    city_code = models.CharField(_("地市"), max_length=40)
    county_code = models.CharField(_("县区"), max_length=40)
    account_manager_code = models.CharField(_("客户经理"), max_length=40)
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    month_index = models.IntegerField(_("账期"))
    run = models.BigIntegerField(_("运行"))
    score = models.FloatField(_("评分"), null=True)
    suggested_grade = models.CharField(_("建议等级"), max_length=2)
    effective_grade = models.CharField(_("生效等级"), max_length=2)
    requested_grade = models.CharField(_("申请等级"), max_length=2)
    reason = models.CharField(_("申请理由"), max_length=MAX_TEXT)
    validity_months = models.SmallIntegerField(_("有效期（月）"))
    from_month_index = models.IntegerField(_("开始账期"), null=True, blank=True)
    to_month_index = models.IntegerField(_("结束账期"), null=True, blank=True)
    state = FSMField(
        _("状态"), default=State.DRAFT.value, choices=STATE_LABELS, protected=True, max_length=20
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("审批时间"), null=True)
    comment = models.CharField(_("审批意见"), max_length=MAX_TEXT, blank=True)
    via_delegation = models.BooleanField(_("代理审批"), default=False)
    version = models.IntegerField(default=1)
    client_token = models.CharField(max_length=64, blank=True, default="")
    submitted_at = models.DateTimeField(_("提交时间"), null=True)
    reminded_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = _("等级调整")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["city_code", "state", "-id"], name="adjustments_of_city"),
            models.Index(fields=["account_manager_code", "-id"], name="adjustments_of_manager"),
            models.Index(fields=["group_code", "-id"], name="adjustments_of_group"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["group_code"],
                condition=models.Q(state__in=[state.value for state in PENDING]),
                name="one_pending_adjustment_a_group",
            ),
            models.UniqueConstraint(
                fields=["requester", "group_code"],
                condition=models.Q(state=State.DRAFT.value),
                name="one_draft_a_requester_and_group",
            ),
            models.UniqueConstraint(
                fields=["requester", "client_token"],
                condition=~models.Q(client_token=""),
                name="one_adjustment_a_token",
            ),
            models.CheckConstraint(
                condition=models.Q(validity_months__range=(1, 12)), name="adjustment_validity"
            ),
            models.CheckConstraint(
                condition=models.Q(requested_grade__in=GRADES), name="adjustment_is_a_grade"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="decided_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(
                    old__state__in=[each.value for each in DECIDED if each != State.APPROVED]
                ),
            ),
            pgtrigger.Protect(
                name="approved_only_expires",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state=State.APPROVED.value)
                & ~pgtrigger.Q(new__state=State.EXPIRED.value),
            ),
            pgtrigger.Protect(
                name="approval_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(_CHANGED_AFTER_APPROVAL),
            ),
            pgtrigger.Protect(
                name="only_drafts_go",
                operation=pgtrigger.Delete,
                condition=~pgtrigger.Q(old__state=State.DRAFT.value),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_code} {self.effective_grade} → {self.requested_grade}"

    @property
    def month(self) -> Month:
        """Return the month the requester saw."""
        return Month.from_index(self.month_index)

    @property
    def from_month(self) -> Month | None:
        """Return the first month of an approval."""
        return Month.from_index(self.from_month_index) if self.from_month_index else None

    @property
    def to_month(self) -> Month | None:
        """Return the last month of an approval."""
        return Month.from_index(self.to_month_index) if self.to_month_index else None

    @property
    def is_upward(self) -> bool:
        """Tell whether a better grade is asked for than the effective one (not rated is last)."""
        ranks = [*GRADES, self.effective_grade]
        return ranks.index(self.requested_grade) < ranks.index(self.effective_grade)

    @transition("state", source=[state.value for state in EDITABLE], target=State.SUBMITTED.value)
    def submit(self) -> None:
        """Send the request to the city 提交审批."""

    @transition("state", source=State.SUBMITTED.value, target=State.APPROVED.value)
    def approve(self) -> None:
        """Agree 同意."""

    @transition("state", source=State.SUBMITTED.value, target=State.REJECTED.value)
    def reject(self) -> None:
        """Refuse 驳回."""

    @transition("state", source=[state.value for state in PENDING], target=State.RECALLED.value)
    def recall(self) -> None:
        """Take the request back before it was decided 撤回."""

    @transition("state", source=State.SUBMITTED.value, target=State.NEEDS_RECONFIRMATION.value)
    def send_back(self) -> None:
        """Ask the requester again because the facts changed 需重新确认."""

    @transition("state", source=State.APPROVED.value, target=State.EXPIRED.value)
    def expire(self) -> None:
        """End the approval with its last month 到期."""


class AdjustmentStep(models.Model):
    """Be one step of a request 办理过程: who did what, when; rows are only added."""

    adjustment = models.ForeignKey(GradeAdjustment, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField(_("时间"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    action = models.CharField(_("动作"), max_length=20)
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20)
    comment = models.CharField(_("意见"), max_length=MAX_TEXT, blank=True)
    via_delegation = models.BooleanField(_("代理审批"), default=False)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("办理过程")
        ordering = ["id"]
        triggers = [
            pgtrigger.Protect(name="steps_stay", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.adjustment_id} {self.from_state} → {self.to_state}"


@audited()
class Evidence(models.Model):
    """Be one file that supports a request 佐证材料; its bytes lie outside the web root.

    ``stored_name`` is random and ours; ``label`` is what the file was called, cleaned, for reading.
    """

    class Kind(models.TextChoices):
        """Name the kinds of file that are taken, told by their content."""

        PDF = "pdf", "PDF"
        PNG = "png", "PNG"
        JPG = "jpg", "JPG"
        DOCX = "docx", "Word"
        XLSX = "xlsx", "Excel"

    adjustment = models.ForeignKey(
        GradeAdjustment, on_delete=models.CASCADE, related_name="evidence"
    )
    stored_name = models.CharField(max_length=64, unique=True)
    label = models.CharField(_("文件名"), max_length=120)
    kind = models.CharField(_("类型"), max_length=4, choices=Kind.choices)
    size_bytes = models.BigIntegerField(_("大小"))
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("上传时间"), auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("佐证材料")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.label
