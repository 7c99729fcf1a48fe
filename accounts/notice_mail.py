"""Mail what people were told 邮件通知: each thing by itself, or one digest a day 每日汇总.

Only what the receiver may still see at that moment is mailed, in the receiver's language. A
notification counts as mailed in the transaction that sends it, so a mail server that fails keeps it
for the next time.
"""

from __future__ import annotations

from collections.abc import Sequence
from smtplib import SMTPException

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import NoticePreference, Notification, User
from accounts.notices import notices_of, render
from accounts.queries import scope_for

log = structlog.get_logger(__name__)
MOST_IN_A_MAIL = 50
Mail = NoticePreference.Mail


def mail_each() -> int:
    """Mail every new notification by itself to those who want that; return how many mails."""
    return sum(_mail(user, in_one=False) for user in _waiting(Q(notice_preference__mail=Mail.EACH)))


def mail_digests() -> int:
    """Mail one digest to everybody else with news; without a preference that is the way."""
    wants = Q(notice_preference__mail=Mail.DIGEST) | Q(notice_preference=None)
    return sum(_mail(user, in_one=True) for user in _waiting(wants))


def _waiting(wants: Q) -> QuerySet[User]:
    news = Notification.objects.unread().filter(mailed_at=None).values("user")
    users = User.objects.filter(wants, is_active=True, pk__in=news).exclude(email="")
    return users.order_by("pk")


def _mail(user: User, *, in_one: bool) -> int:
    """Send one person's mails; one whose address fails does not keep the others waiting."""
    try:
        with transaction.atomic():
            rows = _claim(user)
            letters = [rows] if in_one and rows else [[row] for row in rows]
            for letter in letters:
                _send(user, letter)
        return len(letters)
    except (SMTPException, OSError) as problem:
        log.warning("mail_failed", username=user.username, problem=str(problem))
        return 0


def _claim(user: User) -> list[Notification]:
    """Take what is to be mailed; a second worker at the same moment finds nothing left."""
    scope = scope_for(user, timezone.localdate())
    waiting = notices_of(scope).unread().filter(mailed_at=None)
    rows = list(waiting.select_for_update(skip_locked=True, of=("self",))[:MOST_IN_A_MAIL])
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(mailed_at=Now())
    return rows


def _send(user: User, rows: Sequence[Notification]) -> None:
    with translation.override(user.language or settings.LANGUAGE_CODE):
        site = settings.GCVA_SITE_URL.rstrip("/")
        lines = [(render(row), site + row.url if row.url else "") for row in rows]
        n = len(rows)
        title = lines[0][0] if n == 1 else ngettext("{n} 条通知", "{n} 条通知", n).format(n=n)
        news = [f"· {said}\n  {url}" if url else f"· {said}" for said, url in lines]
        greeting = _("{name}，您好：").format(name=user.get_full_name())
        everything = f"{_('全部通知')}：{site}{reverse('notifications')}"
        hint = _("可在通知页面更改邮件偏好。")
        body = "\n".join([greeting, "", *news, "", everything, hint, ""])
        subject = f"[{_('集团客户价值评估')}] {title}"
        send_mail(subject.replace("\n", " "), body, None, [user.email])
