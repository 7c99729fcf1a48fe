"""Draw the star that follows a group 关注, in lists and on the group's own page."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

ICON = mark_safe(
    '<svg class="icon" aria-hidden="true" focusable="false" viewBox="0 0 24 24">'
    '<path d="M12 17.75l-6.172 3.245l1.179 -6.873l-5 -4.867l6.9 -1l3.086 -6.253l3.086 6.253'
    'l6.9 1l-5 4.867l1.179 6.873z"/></svg>'
)


def star(group_code: str, name: str, *, is_followed: bool) -> SafeString:
    """Return the button: a click follows the group or stops it, in place."""
    label = _("取消关注 {name}") if is_followed else _("关注 {name}")
    return format_html(
        '<button type="button" class="gc-star" aria-pressed="{}" aria-label="{}" title="{}"'
        ' hx-post="{}" hx-vals=\'{{"follow": "{}"}}\' hx-target="this" hx-swap="outerHTML"'
        ' hx-push-url="false" hx-indicator="this">{}</button>',
        "true" if is_followed else "false",
        label.format(name=name),
        _("已关注") if is_followed else _("关注"),
        reverse("follow", args=[group_code]),
        "" if is_followed else "1",
        ICON,
    )
