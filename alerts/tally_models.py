"""Hold alerts counted ahead 告警计数, so that a province's page does not read every alert.

``alerts.tally`` says how the counts are kept and read.
"""

from __future__ import annotations

from django.db import models


class AlertTally(models.Model):
    """Be a number to add to a count of one unit; a count is the sum of its rows.

    Database triggers on the alerts add what every statement changed (``is_new``); folding adds
    rows up. Rows are never changed, so that writers do not wait for each other.
    """

    class Kind(models.TextChoices):
        """Name what ``key`` is: a state, a rule, a level 预警等级 (``n`` are groups then)."""

        STATE = "state"
        RULE = "rule"
        LEVEL = "level"

    level = models.CharField(max_length=20)  # province, city, county; account_manager of LEVEL
    city_code = models.CharField(max_length=40, blank=True, default="")
    county_code = models.CharField(max_length=40, blank=True, default="")
    account_manager_code = models.CharField(max_length=40, blank=True, default="")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=20)
    closed_month = models.IntegerField(default=0)  # 0: not closed
    n = models.BigIntegerField()
    n_escalated = models.BigIntegerField(default=0)
    n_judged = models.BigIntegerField(default=0)
    n_right = models.BigIntegerField(default=0)
    is_new = models.BooleanField(default=False)  # not added up yet

    class Meta:
        db_table = "alerts_tally"
        indexes = [
            models.Index(
                fields=["level", "kind", "city_code", "county_code", "account_manager_code"],
                name="alert_tally_unit",
            ),
            models.Index(fields=["id"], condition=models.Q(is_new=True), name="alert_tally_new"),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.city_code} {self.county_code} {self.key} {self.n:+d}"


class UntalliedOwner(models.Model):
    """Be an owner whose groups' levels changed since they were counted; rows are only added."""

    city_code = models.CharField(max_length=40, blank=True)
    county_code = models.CharField(max_length=40, blank=True)
    account_manager_code = models.CharField(max_length=40, blank=True)

    class Meta:
        db_table = "alerts_untallied"

    def __str__(self) -> str:
        return f"{self.city_code} {self.county_code} {self.account_manager_code}"
