"""Slow down guessing from one address 登录限速; the lock-out of one name is django-axes' part."""

from __future__ import annotations

import logging

import redis
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

log = logging.getLogger(__name__)
WINDOW_SECONDS = 60


def is_too_fast(request: HttpRequest) -> bool:
    """Count a login attempt of this address and tell whether its minute is used up.

    Without the cache nobody is kept out: signing in must not depend on it.
    """
    key = f"login-rate:{request.META.get('REMOTE_ADDR', '')}"
    try:
        cache.add(key, 0, timeout=WINDOW_SECONDS)
        return cache.incr(key) > int(settings.GCVA_LOGIN_RATE)
    except ValueError:  # the minute ended between the two calls
        return False
    except redis.RedisError:
        log.warning("login attempts are not counted: the cache is out of reach")
        return False
