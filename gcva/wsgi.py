"""Serve the site to gunicorn."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gcva.settings")
application = get_wsgi_application()

# what is loaded now stays: a full collection that walked through it held a reader up for 0.1 s
get_resolver().url_patterns  # noqa: B018 - the pages are imported here, not with the first reader
gc.collect()
gc.freeze()
