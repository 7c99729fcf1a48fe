"""Open a single group to its city's administrator 定向开放: inside a request or an escalated alert.

A grade request makes the unified view readable where ``GCVA_ACCESS=strict`` closes it; an escalated
alert opens the group in full, the parts hidden from management included. What was opened closes
again with the request or the alert.
"""

from __future__ import annotations

from functools import cached_property

from django.db import models, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.tracking import audited


class DisclosureQuerySet(models.QuerySet["Disclosure"]):
    """Read disclosures by whom they serve."""

    def open_to(self, city_codes: frozenset[str]) -> DisclosureQuerySet:
        """Keep what is open to the administrators of some cities now."""
        return self.filter(city_code__in=sorted(city_codes), closed_at=None)


@audited()
class Disclosure(models.Model):
    """Be one group opened to a city's administrators, and the request or alert that opened it."""

    class Basis(models.TextChoices):
        """Say why the group is open."""

        REQUEST = "request", _("等级调整申请")
        ALERT = "alert", _("上报的告警")

    group_code = models.CharField(_("集团编码"), max_length=40)
    city_code = models.CharField(_("地市"), max_length=40)
    basis = models.CharField(_("依据"), max_length=10, choices=Basis.choices)
    basis_id = models.BigIntegerField(_("依据编号"))
    opened_at = models.DateTimeField(_("开放时间"), auto_now_add=True)
    closed_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("定向开放")
        constraints = [
            models.UniqueConstraint(
                fields=["city_code", "group_code", "basis", "basis_id"],
                condition=models.Q(closed_at=None),
                name="one_open_disclosure_each",
            )
        ]

    def __str__(self) -> str:
        return f"{self.group_code} → {self.city_code} ({self.basis} {self.basis_id})"


class OpenedGroups:
    """Answer for one reader which groups are open and why; asked once, when first needed."""

    def __init__(self, city_codes: frozenset[str]) -> None:
        """Take the cities the reader administers."""
        self.city_codes = city_codes

    @cached_property
    def by_group(self) -> dict[str, frozenset[str]]:
        """Return group → bases, in one query."""
        found: dict[str, set[str]] = {}
        if self.city_codes:
            rows = Disclosure.objects.open_to(self.city_codes)
            for group_code, basis in rows.values_list("group_code", "basis"):
                found.setdefault(group_code, set()).add(basis)
        return {code: frozenset(bases) for code, bases in found.items()}

    def bases_of(self, group_code: str) -> frozenset[str]:
        """Return why a group is open to the reader; empty where it is not."""
        if not self.city_codes or not group_code:
            return frozenset()
        return self.by_group.get(group_code, frozenset())


@transaction.atomic
def disclose(*, group_code: str, city_code: str, basis: str, basis_id: int) -> Disclosure:
    """Open a group to the administrators of a city; opening it twice is one disclosure.

    The action that submits the request or escalates the alert calls this in its own transaction,
    after its own policy check.
    """
    row, _made = Disclosure.objects.get_or_create(
        group_code=group_code,
        city_code=city_code,
        basis=Disclosure.Basis(basis),
        basis_id=basis_id,
        closed_at=None,
    )
    return row


@transaction.atomic
def close_disclosure(*, basis: str, basis_id: int) -> int:
    """Close what a request or an alert had opened; return how many, 0 when none was open."""
    rows = Disclosure.objects.filter(
        basis=Disclosure.Basis(basis), basis_id=basis_id, closed_at=None
    )
    return rows.update(closed_at=Now())
