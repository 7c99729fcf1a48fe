"""Make a mart a Django model: its fields from the declaration, and how every read begins.

The tables are partitioned by run. Readers always name the run (``in_run``) and their scope
(``visible_to``); composite keys are not for the admin.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any, Protocol, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from warehouse.mart import Mart, Type
from warehouse.shared_marts import loaded_by


class ReaderScope(Protocol):
    """Say what of a reader's scope narrows rows (``accounts.scope.Scope``)."""

    @property
    def is_province(self) -> bool:
        """Return whether the whole province is in scope."""

    @property
    def city_codes(self) -> Collection[str]:
        """Return the cities in scope."""

    @property
    def county_codes(self) -> Collection[str]:
        """Return the counties in scope."""

    @property
    def account_manager_codes(self) -> Collection[str]:
        """Return the account managers in scope."""


def owner_codes(scope: ReaderScope) -> dict[str, Collection[str]]:
    """Return by which codes a scope narrows rows: a row is in it when any of the three is."""
    return {
        "city_code": scope.city_codes,
        "county_code": scope.county_codes,
        "account_manager_code": scope.account_manager_codes,
    }


class MartQuerySet(models.QuerySet[Any]):
    """Read a mart; the two verbs every read begins with."""

    def in_run(self, run: int | None) -> Self:
        """Keep one run's rows; None (nothing published) keeps none."""
        return self.none() if run is None else self.filter(run=run)

    def visible_to(self, scope: ReaderScope) -> Self:
        """Keep what belongs to the scope's units or account managers in the rows' own month."""
        if scope.is_province:
            return self
        conditions = [
            Q(**{f"{column}__in": sorted(codes)})
            for column, codes in owner_codes(scope).items()
            if codes
        ]
        if not conditions:
            return self.none()
        allowed = conditions[0]
        for condition in conditions[1:]:
            allowed |= condition
        return self.filter(allowed)


class SharedQuerySet(MartQuerySet):
    """Read a mart that several runs of a month may share; rows carry the run that loaded them."""

    def in_run(self, run: int | None) -> Self:
        """Keep what one run reads; None (nothing published) keeps none."""
        return super().in_run(None if run is None else self._loaded_by(run))

    def in_runs(self, runs: Iterable[int]) -> Self:
        """Keep what any of the runs reads."""
        return self.filter(run__in=sorted({self._loaded_by(run) for run in runs}))

    def _loaded_by(self, run: int) -> int:
        return loaded_by(run, self.model._meta.db_table.removeprefix("mart_"))


class GroupQuerySet(SharedQuerySet):
    """Read the facts of groups."""

    def shown(self) -> Self:
        """Keep the groups that count (not test, not off net, not gone)."""
        return self.filter(excluded_reason="")


class OrgQuerySet(MartQuerySet):
    """Read the totals by unit."""

    def at_level(self, level: str) -> Self:
        """Keep one level: province, city, county or account_manager."""
        return self.filter(level=level)

    def rolled_up(self, *kept: str) -> Self:
        """Keep the rows whose dimensions other than ``kept`` are summed over."""
        whole: dict[str, str | int] = {"industry_code": "*", "grade": "*", "size_band": -1}
        query = self
        for dimension, total in whole.items():
            condition = Q(**{dimension: total})
            query = query.exclude(condition) if dimension in kept else query.filter(condition)
        return query


def _field(type_: Type, *, null: bool) -> models.Field[Any, Any]:
    fields: dict[Type, models.Field[Any, Any]] = {
        "smallint": models.SmallIntegerField(null=null),
        "int": models.IntegerField(null=null),
        "bigint": models.BigIntegerField(null=null),
        "float8": models.FloatField(null=null),
        "float8[]": ArrayField(models.FloatField(null=True), null=null),
        "text": models.TextField(),
        "date": models.DateField(null=null),
    }
    return fields[type_]


def fields_of(mart: Mart) -> dict[str, models.Field[Any, Any]]:
    """Return the fields of a mart's model, ``run`` first; what is no key may be unknown."""
    declared = {
        column.name: _field(column.type, null=column.name not in mart.keys)
        for column in mart.columns
    }
    return {"run": models.BigIntegerField(_("运行")), **declared}


class MartRow(models.Model):
    """Be one row of a mart."""

    class Meta:
        abstract = True

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def __str__(self) -> str:
        return str(self.pk)
