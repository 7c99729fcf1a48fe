"""集团客户价值评估: the site."""

from gcva.celery import app as celery_app

__all__ = ["celery_app"]
