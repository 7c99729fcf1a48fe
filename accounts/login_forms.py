"""Take what the operator enters about logins 账号管理."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import AccountManager, OrgUnit, User

ROLES = [choice for choice in User.Role.choices if choice[0]]


class _Styled(forms.Form):
    """Give fields the look of the site, and their errors a place to be read from."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, one in self.fields.items():
            chooses = isinstance(one, forms.ChoiceField)
            one.widget.attrs.setdefault("class", "form-select" if chooses else "form-control")
            one.widget.attrs["aria-describedby"] = f"{name}-errors"
            one.widget.attrs["autocomplete"] = "off"


def _unit(code: str) -> OrgUnit | None:
    found = None if "\x00" in code else OrgUnit.objects.filter(code=code).first()
    if code and found is None:
        raise forms.ValidationError(_("没有编码为“%(code)s”的组织单元。"), params={"code": code})
    return found


def _account_manager(code: str) -> AccountManager | None:
    found = None if "\x00" in code else AccountManager.objects.filter(code=code).first()
    if code and found is None:
        raise forms.ValidationError(_("没有工号为“%(code)s”的客户经理。"), params={"code": code})
    return found


class RoleForm(_Styled):
    """Take a role, and for account managers which one."""

    role = forms.ChoiceField(label=_("角色"), choices=ROLES)
    account_manager = forms.CharField(
        label=_("客户经理工号"), required=False, max_length=40, help_text=_("仅客户经理账号填写")
    )

    def clean_account_manager(self) -> AccountManager | None:
        """Return the account manager named."""
        return _account_manager(self.cleaned_data["account_manager"].strip())


class UnitForm(_Styled):
    """Take the code of a unit."""

    unit = forms.CharField(
        label=_("组织单元编码"), max_length=40, widget=forms.TextInput({"list": "units"})
    )

    def clean_unit(self) -> OrgUnit | None:
        """Return the unit named."""
        return _unit(self.cleaned_data["unit"].strip())


class NewLoginForm(RoleForm):
    """Take a new login."""

    username = forms.CharField(label=_("用户名"), max_length=150)
    display_name = forms.CharField(label=_("姓名"), max_length=100)
    unit = forms.CharField(
        label=_("组织单元编码"),
        required=False,
        max_length=40,
        widget=forms.TextInput({"list": "units"}),
        help_text=_("地市、县区角色填写"),
    )
    field_order = ["username", "display_name", "role", "unit", "account_manager"]

    def clean_unit(self) -> OrgUnit | None:
        """Return the unit named."""
        return _unit(self.cleaned_data["unit"].strip())


class CoverForm(_Styled):
    """Take whom a login stands in for 代管, and when."""

    covered = forms.CharField(label=_("被代管客户经理工号"), max_length=40)
    from_date = forms.DateField(
        label=_("开始日期"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    to_date = forms.DateField(
        label=_("结束日期"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(label=_("原因"), required=False, max_length=200)

    def clean_covered(self) -> AccountManager | None:
        """Return the account manager named."""
        return _account_manager(self.cleaned_data["covered"].strip())
