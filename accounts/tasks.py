"""Mail notifications in the background; beat calls these."""

from __future__ import annotations

from celery import shared_task

from accounts import notice_mail


@shared_task(name="accounts.mail_each")
def mail_each() -> None:
    """Mail what is new to those who want each notification by itself."""
    notice_mail.mail_each()


@shared_task(name="accounts.mail_digests")
def mail_digests() -> None:
    """Mail the daily digest 每日汇总."""
    notice_mail.mail_digests()
