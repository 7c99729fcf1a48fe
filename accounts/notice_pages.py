"""Show the reader's notifications 通知: read, follow, mark read, choose how mail comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import notices
from accounts.doors import SIGNED_IN, DoorMixin, scope_of
from accounts.models import NoticePreference, Notification, User
from core import formats
from core.errors import NotInScope
from core.parts import NavItem, Words
from core.web import ShellPage

PAGE = 30
ICONS = {
    "adjustment": "clipboard-check",
    "alert": "alert-triangle",
    "threshold": "adjustments",
    "month": "calendar",
    "question": "message-question",
    "account": "user",
}


@dataclass(frozen=True, slots=True)
class Line:
    """Be one notification as the page draws it."""

    pk: int
    icon: str
    label: Words
    text: str
    when: str
    leads_on: bool
    is_new: bool


class MailForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for stubs only
    """Take how and where mail shall come."""

    email = forms.EmailField(label=gettext_lazy("邮箱地址"), required=False, max_length=254)

    class Meta:
        model = NoticePreference
        fields = ["mail"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # stubs want keywords
        self.fields["mail"].widget.attrs["class"] = "form-select"
        self.fields["email"].widget.attrs.update(
            {"class": "form-control", "autocomplete": "email", "aria-describedby": "email-errors"}
        )


@dataclass(frozen=True)
class NoticesParts:
    """Be the page of notifications."""

    title: Words
    lines: tuple[Line, ...]
    tabs: tuple[NavItem, ...]
    n_unread: int
    form: MailForm
    next_url: str = ""


def lines_of(rows: list[Notification]) -> tuple[Line, ...]:
    """Turn rows into lines."""
    return tuple(
        Line(
            pk=row.pk,
            icon=ICONS[row.kind],
            label=row.get_kind_display(),
            text=notices.render(row),
            when=formats.moment(row.created_at),
            leads_on=bool(row.url),
            is_new=row.read_at is None,
        )
        for row in rows
    )


class NoticesPage(DoorMixin, ShellPage):
    """List the reader's notifications, newest first."""

    door = SIGNED_IN
    template_name = "notifications/page.html"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show one page of them."""
        return self.show(self.parts(self.form()))

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Keep how mail shall come."""
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(self.parts(form), status=400)
        notices.store_mail_preference(
            actor=scope_of(request),
            mail=form.cleaned_data["mail"],
            email=form.cleaned_data["email"],
        )
        messages.success(request, _("通知偏好已保存。"))
        return redirect("notifications")

    def form(self, *given: object) -> MailForm:
        """Return the form of the reader's preference."""
        user = cast(User, self.request.user)
        known = NoticePreference.objects.filter(user=user).first()
        email = user.email
        return MailForm(*given, instance=known, initial={"email": email})

    def parts(self, form: MailForm) -> NoticesParts:
        """Return the page."""
        scope, asked = scope_of(self.request), self.request.GET
        rows = notices.notices_of(scope)
        only_new = asked.get("show") == "unread"
        shown = rows.unread() if only_new else rows
        before = asked.get("before", "")
        if before.isascii() and before.isdigit() and len(before) < 19:
            shown = shown.filter(pk__lt=int(before))
        found = list(shown[: PAGE + 1])
        here = reverse("notifications")
        n_unread = notices.unread_count(scope)
        tabs = (
            NavItem("all", _("全部"), "", here, is_current=not only_new),
            NavItem("unread", _("未读"), "", f"{here}?show=unread", only_new, n_unread),
        )
        kept = "show=unread&" if only_new else ""
        more = f"{here}?{kept}before={found[PAGE - 1].pk}" if len(found) > PAGE else ""
        return NoticesParts(_("通知"), lines_of(found[:PAGE]), tabs, n_unread, form, more)


class OpenNotice(DoorMixin, ShellPage):
    """Follow a notification: it is read then."""

    door = SIGNED_IN
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Mark it read and go where it leads; ``stay`` only marks it."""
        scope, pk = scope_of(request), int(str(kwargs["notice_id"]))
        row = notices.notices_of(scope).filter(pk=pk).first()
        if row is None:
            raise NotInScope
        notices.mark_read(actor=scope, ids=[pk])
        stays = "stay" in request.POST or not row.url
        return HttpResponseRedirect(reverse("notifications") if stays else row.url)


class ReadAll(DoorMixin, ShellPage):
    """Mark everything read 全部已读."""

    door = SIGNED_IN
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Mark and go back to the list."""
        notices.mark_all_read(actor=scope_of(request))
        return redirect("notifications")
