"""Run the month's work in Celery; a message carries an id and nothing else."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gcva.settings")
app = Celery("gcva")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
