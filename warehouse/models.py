"""Hold what the warehouse remembers: reference data, imports, month runs, what is published."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Func, Value
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from accounts.tracking import audited
from core.month import Month
from warehouse.mart_models import (
    GroupExcludedMonth,
    GroupMonth,
    GroupProductMonth,
    GroupResult,
    OrgMonth,
)
from warehouse.overlay_models import GradeOverlay

__all__ = [
    "Extract",
    "GradeOverlay",
    "GroupExcludedMonth",
    "GroupMonth",
    "GroupProductMonth",
    "GroupResult",
    "ImportBatch",
    "Industry",
    "MonthRun",
    "NamePinyin",
    "OrgMonth",
    "Product",
    "PublishedMonth",
]


class Industry(models.Model):
    """Be one industry 行业 of the latest import."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = _("行业")

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """Be one product 产品 of the latest import (validity rows stay in the extracts)."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=20)
    family = models.CharField(max_length=30)
    ict_scope = models.CharField(max_length=20)

    class Meta:
        verbose_name = verbose_name_plural = _("产品")

    def __str__(self) -> str:
        return self.name


class NamePinyin(models.Model):
    """Remember the pinyin 拼音 of a name for sorting and search; only unseen names are computed."""

    name = models.CharField(max_length=200, primary_key=True)
    pinyin = models.CharField(max_length=600, db_index=True)
    initials = models.CharField(max_length=200, db_index=True)
    characters = models.GeneratedField(
        expression=Func(Upper("name"), Value(None), function="string_to_array"),
        output_field=ArrayField(models.TextField()),
        db_persist=True,
    )

    class Meta:
        # two characters are too few for trigrams: by its characters a name is found among all
        indexes = [GinIndex(fields=["characters"], name="group_name_characters")]

    def __str__(self) -> str:
        return f"{self.name} {self.pinyin}"

    @classmethod
    def with_text(cls, text: str) -> models.QuerySet[NamePinyin, str]:
        """Return the names that contain a text, whatever its case, or whose initials begin so."""
        fitting = models.Q(characters__contains=[*text.upper()], name__icontains=text)
        if text.isascii():
            fitting |= models.Q(initials__startswith=text.lower())
        return cls.objects.filter(fitting).values_list("name", flat=True)


@audited(exclude=["report"])
class ImportBatch(models.Model):
    """Be one import 导入批次: what came in together and what the gate said."""

    class State(models.TextChoices):
        """Name the states of an import."""

        CHECKING = "checking", _("预检中")
        ACCEPTED = "accepted", _("已接收")
        REFUSED = "refused", _("已拒绝")
        WITHDRAWN = "withdrawn", _("已撤销")

    month_index = models.IntegerField(_("账期"))
    state = models.CharField(max_length=10, choices=State.choices, default=State.CHECKING)
    content_hash = models.CharField(max_length=64, blank=True)
    source = models.CharField(max_length=500)
    mapping_name = models.CharField(max_length=500, blank=True)
    report = models.JSONField(default=dict)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    #: Set on the batch an import returns when these bytes were already in; not stored.
    already_imported = False

    class Meta:
        verbose_name = verbose_name_plural = _("导入批次")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["month_index", "content_hash"],
                condition=models.Q(state="accepted"),
                name="same_bytes_are_accepted_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.month} #{self.pk}"

    @property
    def month(self) -> Month:
        """Return the billing month as a value."""
        return Month.from_index(self.month_index)


class Extract(models.Model):
    """Be one accepted kind of a batch: the Parquet file and its conservation figures."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="extracts")
    kind = models.CharField(max_length=30)
    month_index = models.IntegerField()
    path = models.CharField(max_length=500)  # relative to GCVA_VAR
    n_in = models.BigIntegerField()
    n_accepted = models.BigIntegerField()
    n_quarantined = models.BigIntegerField()
    n_dropped = models.BigIntegerField()
    money = models.JSONField(default=dict)  # column → {in, accepted, quarantined, dropped} in 厘

    class Meta:
        verbose_name = verbose_name_plural = _("月度清单")
        constraints = [models.UniqueConstraint(fields=["batch", "kind"], name="one_extract_a_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {Month.from_index(self.month_index)} #{self.batch_id}"


class MonthRunQuerySet(models.QuerySet["MonthRun"]):
    """Read runs by where they stand."""

    def under_way(self) -> MonthRunQuerySet:
        """Keep runs that are waiting for a worker or have one."""
        return self.filter(state__in=(MonthRun.State.QUEUED, MonthRun.State.RUNNING))


#: Where a run stands changes every second; that it was asked for, failed or is ready does not.
RUN_PROGRESS = (
    "step", "steps_done", "attempt", "lease_until", "fence", "progress", "message", "started_at",
    "shared_marts",
)  # fmt: skip


@audited(exclude=RUN_PROGRESS)
class MonthRun(models.Model):
    """Be one run 运行 of a month: pinned inputs, steps, lease and fence."""

    class State(models.TextChoices):
        """Name the states of a run."""

        QUEUED = "queued", _("排队中")
        RUNNING = "running", _("运行中")
        READY = "ready", _("待发布")
        FAILED = "failed", _("失败")
        CANCELLED = "cancelled", _("已取消")
        RETIRED = "retired", _("已退役")

    month_index = models.IntegerField(_("账期"))
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    engine = models.CharField(max_length=200, default="duckdb")
    step = models.CharField(max_length=40, blank=True)
    steps_done = models.JSONField(default=list)  # [{name, rows, seconds}]
    inputs = models.JSONField(
        default=dict
    )  # kind → extract id; "earlier": month → kind → extract id
    earlier_runs = models.JSONField(default=dict)  # month index → run id
    model_version_id = models.BigIntegerField(null=True)
    thresholds_version = models.IntegerField(default=0)
    adjustments_upto = models.BigIntegerField(default=0)
    shared_marts = models.JSONField(default=dict)  # mart → the run whose partition it reads
    publish_when_ready = models.BooleanField(default=False)
    attempt = models.IntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    fence = models.BigIntegerField(default=0)
    progress = models.JSONField(default=dict)  # {done, total, rate, rest_seconds}
    message = models.TextField(blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = MonthRunQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("月度运行")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.month} #{self.pk}"

    @property
    def month(self) -> Month:
        """Return the billing month as a value."""
        return Month.from_index(self.month_index)


@audited()
class PublishedMonth(models.Model):
    """Point a month at the run its readers see 发布; changed in one transaction."""

    month_index = models.IntegerField(primary_key=True)
    run = models.ForeignKey(MonthRun, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("已发布账期")

    def __str__(self) -> str:
        return f"{Month.from_index(self.month_index)} → #{self.run_id}"
