"""Hold people and places: organisation units, account managers, users."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermission

from accounts.delegation_models import DECIDE_FOR_UNIT, Delegation
from accounts.disclosures import Disclosure
from accounts.notice_models import NoticePreference, Notification
from accounts.tracking import audited

__all__ = [
    "AccountManager",
    "Delegation",
    "Disclosure",
    "NoticePreference",
    "Notification",
    "OrgUnit",
    "PortfolioCover",
    "UnitGrant",
    "User",
    "audited",
]


class OrgUnit(models.Model):
    """Be one organisation unit 组织单元: province, city, county or grid.

    Codes are permanent; the name is the latest import's; a month's own parents stand in its marts.
    ``is_bucket`` marks 市直管 (``<city>-00``), made so that groups without a county still add up.
    """

    class Level(models.TextChoices):
        """Name the four levels, top down."""

        PROVINCE = "province", _("省")
        CITY = "city", _("地市")
        COUNTY = "county", _("县区")
        GRID = "grid", _("网格")

    code = models.CharField(_("编码"), max_length=40, primary_key=True)
    name = models.CharField(_("名称"), max_length=100)
    level = models.CharField(_("层级"), max_length=10, choices=Level.choices)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    is_direct = models.BooleanField(_("省直管"), default=False)
    is_bucket = models.BooleanField(_("归集单元"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("组织单元")
        ordering = ["code"]
        permissions = [
            ("see_unit", "See everything that belongs to this unit"),
            (DECIDE_FOR_UNIT, "Decide for this unit while its administrator is away"),
        ]

    def __str__(self) -> str:
        return self.name


class AccountManager(models.Model):
    """Be one account manager 客户经理 as the extracts know them; not a login.

    ``is_bucket`` marks 未分配 (``<city>-NA``): the groups nobody was named for.
    """

    code = models.CharField(_("工号"), max_length=40, primary_key=True)
    name = models.CharField(_("姓名"), max_length=100)
    city = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+")
    county = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, null=True, related_name="+")
    suggested_username = models.CharField(max_length=150, blank=True)
    is_bucket = models.BooleanField(default=False)
    name_characters = models.GeneratedField(
        expression=Func(Upper("name"), Value(None), function="string_to_array"),
        output_field=ArrayField(models.TextField()),
        db_persist=True,
    )

    class Meta:
        verbose_name = verbose_name_plural = _("客户经理")
        ordering = ["code"]
        # names are too short for trigrams: by their characters they are found among thousands
        indexes = [GinIndex(fields=["name_characters"], name="person_name_characters")]

    def __str__(self) -> str:
        return self.name


#: Characters of a login's shown name, by which an index finds it among thousands.
DISPLAY_NAME_CHARACTERS = Func(
    Upper("display_name"),
    Value(None),
    function="string_to_array",
    output_field=ArrayField(models.TextField()),
)


@audited(exclude=["password", "last_login"])
class User(AbstractUser):
    """Be one person who logs in; exactly one role.

    Every change is audited by database triggers, except the password's hash (its change shows as
    ``password_changed_at``) and the last login (the sign-in log holds it).
    """

    class Role(models.TextChoices):
        """Name the roles with their exact labels."""

        NONE = "", _("无角色")
        PROVINCE = "province", _("省公司管理人员")
        CITY = "city", _("地市管理员")
        COUNTY = "county", _("县区主管")
        ACCOUNT_MANAGER = "account_manager", _("客户经理")
        OPERATOR = "operator", _("数据管理员")

    role = models.CharField(_("角色"), max_length=20, choices=Role.choices, blank=True, default="")
    account_manager = models.OneToOneField(
        AccountManager, on_delete=models.SET_NULL, null=True, blank=True, related_name="user"
    )
    display_name = models.CharField(_("姓名"), max_length=100, blank=True)
    language = models.CharField(max_length=10, blank=True)
    theme = models.CharField(max_length=10, blank=True)
    password_changed_at = models.DateTimeField(_("密码修改时间"), null=True, blank=True)
    link_issued_at = models.DateTimeField(_("链接发放时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("用户")
        # the list of logins in each of its orders, and the few a choice or a word leaves
        indexes = [
            models.Index(fields=["role", "username"], name="user_role_name"),
            models.Index(fields=["display_name", "username"], name="user_display_name"),
            models.Index(F("last_login").asc(nulls_last=True), "username", name="user_seen_first"),
            models.Index(
                F("last_login").desc(nulls_last=True), F("username").desc(), name="user_seen_last"
            ),
            models.Index(fields=["username"], condition=Q(is_active=False), name="user_disabled"),
            models.Index(
                OpClass(Upper("username"), name="text_pattern_ops"), name="user_name_begins"
            ),
            GinIndex(DISPLAY_NAME_CHARACTERS, name="user_name_characters"),
        ]

    def get_full_name(self) -> str:
        """Return the name to show 姓名; Chinese names are one field, not first and last."""
        return self.display_name or self.username


@audited()
class PortfolioCover(models.Model):
    """Let one account manager stand in for another 代管 between two dates, both included."""

    covering = models.ForeignKey(User, on_delete=models.CASCADE, related_name="covers")
    covered = models.ForeignKey(AccountManager, on_delete=models.CASCADE, related_name="covered_by")
    from_date = models.DateField()
    to_date = models.DateField()
    granted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    granted_at = models.DateTimeField(auto_now_add=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("代管")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(to_date__gte=models.F("from_date")), name="cover_dates_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.covering_id} → {self.covered_id} {self.from_date}/{self.to_date}"


@audited()
class UnitGrant(UserObjectPermission):
    """Be guardian's row that gives a user an organisation unit 授权; a proxy so that it is audited.

    Only ``policies.py`` reads or writes it.
    """

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = _("授权")
