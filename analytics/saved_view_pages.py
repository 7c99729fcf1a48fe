"""Open, save, rename and delete views 保存视图: the menu in each page's head, one page of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policies
from accounts.doors import Door, DoorMixin
from analytics import saved_views
from analytics.page import RoomReading
from analytics.reading import month_asked
from analytics.saved_views import View
from core import formats
from core.errors import DomainError, NotInScope
from core.month import Month
from core.parts import ModuleParts, Words
from core.web import ShellPage

MENU = "views-menu"
LONGEST_ADDRESS = 4000
MODULES: dict[str, Words] = {
    "home": gettext_lazy("首页报告"),
    "grading": gettext_lazy("评分及等级评定"),
    "member_analysis": gettext_lazy("集团及成员分析"),
    "product_usage": gettext_lazy("产品使用情况分析"),
    "contribution": gettext_lazy("集团贡献分析"),
    "income_composition": gettext_lazy("成员收入成分分析"),
    "grade_changes": gettext_lazy("等级变动分析"),
    "price_elasticity": gettext_lazy("价值弹性分析"),
    "anomaly_alerts": gettext_lazy("异常告警分析"),
    "multi_dimensional": gettext_lazy("指标多维分析"),
}


@dataclass(frozen=True)
class Listed:
    """Be one view with the names of its module and of its month."""

    view: View
    module: Words
    month: str


@dataclass(frozen=True)
class ViewsParts(ModuleParts):
    """Be the reader's views, and the page that could be saved."""

    views: Sequence[Listed] = ()
    address: str = ""
    month: str = ""
    plain_url: str = ""
    all_url: str = ""


@dataclass(frozen=True)
class Address:
    """Be the page a reader stands on: its module and its state; empty where it is no module."""

    module: str
    query: str

    @property
    def given(self) -> QueryDict:
        """Return the state."""
        return QueryDict(self.query)

    @property
    def path(self) -> str:
        """Return the address as text."""
        return f"{reverse(self.module)}?{self.query}" if self.module else ""


def address_of(text: str) -> Address:
    """Read an address of this site; only a module's own page counts."""
    parts = urlsplit(text[:LONGEST_ADDRESS])
    try:
        name = resolve(parts.path).url_name or ""
    except Resolver404:
        name = ""
    known = name in policies.access_table()
    return Address(name, parts.query) if known else Address("", "")


class _ViewsPage(RoomReading, DoorMixin, ShellPage):
    """Stand behind the business pages: whoever reads any of them may keep views."""

    room = "home"
    door = Door(module="home")
    template_name = "saved_views/page.html"
    title = gettext_lazy("我的视图")

    @property
    def address(self) -> Address:
        """Return the page the menu hangs on; what htmx says is newer than the link."""
        asked = self.http.POST.get("at") or self.http.GET.get("at", "")
        return address_of(self.http.headers.get("HX-Current-URL") or asked)

    @property
    def newest(self) -> Month | None:
        """Return the newest published month."""
        return self.reading.published[0].month if self.reading.published else None

    def shown_month(self, address: Address) -> Month | None:
        """Return the month of the page: the one it names, else the newest."""
        try:
            return month_asked(address.given.get("month", "")) or self.newest
        except DomainError:
            return self.newest

    def listing(self) -> HttpResponse:
        """Answer with the menu of a page, or with all views."""
        address = self.address
        as_menu = self.http.headers.get("HX-Target") == MENU
        views = saved_views.views_of(self.reading.scope, address.module if as_menu else "")
        page = ViewsParts(
            title=self.title,
            views=[_listed(view) for view in views if view.module in MODULES],
            address=address.path,
            month=formats.month(self.shown_month(address)) if address.module else "",
            plain_url=f"{reverse(address.module)}?{saved_views.PLAIN}" if address.module else "",
            all_url=reverse("saved_views"),
        )
        return self.show(page, template="saved_views/_menu.html" if as_menu else "")

    def answer(self, said: str) -> HttpResponse:
        """Show the menu again to a script; lead a form back to where it came from."""
        if self.http.headers.get("HX-Target") == MENU:
            return self.listing()
        messages.success(self.http, said)
        return HttpResponseRedirect(self.address.path or reverse("saved_views"))


def _listed(view: View) -> Listed:
    fixed = view.month
    try:
        month = formats.month(Month.parse(fixed)) if fixed else _("最新账期")
    except ValueError:
        month = fixed
    return Listed(view, MODULES[view.module], month)


class SavedViewsPage(_ViewsPage):
    """List the reader's views, and keep another."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the page, or with the menu alone."""
        return self.listing()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep the page's address under a name."""
        address = self.address
        if not address.module:
            raise NotInScope
        fixed = self.shown_month(address) if request.POST.get("month") == "fixed" else None
        view = saved_views.save_view(
            actor=self.reading.scope,
            module=address.module,
            name=request.POST.get("name", ""),
            given=address.given,
            month=fixed,
        )
        return self.answer(_("视图“{name}”已保存。").format(name=view.name))


class SavedViewPage(_ViewsPage):
    """Open one view, or change it."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lead to the view's address, whose own door decides."""
        return HttpResponseRedirect(saved_views.view_of(self.reading.scope, kwargs["pk"]).url)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Rename, delete, or set as the module's default."""
        scope, pk, step = self.reading.scope, kwargs["pk"], request.POST.get("step", "")
        if step == "rename":
            saved_views.rename_view(actor=scope, pk=pk, name=request.POST.get("name", ""))
        elif step == "delete":
            saved_views.delete_view(actor=scope, pk=pk)
        elif step in ("default", "plain"):
            saved_views.set_default(actor=scope, pk=pk, is_default=step == "default")
        else:
            raise DomainError("unknown_step", _("没有这个操作。"))
        return self.answer(_("视图已更新。"))
