"""Configure the site from the environment; one file for development, tests and production.

Servers: ``DATABASE_URL`` and ``REDIS_URL`` if set, else what ``var/embedded.json`` says about the
embedded ones (``manage.py embedded start``). Nothing is started here.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from gcva import logs

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
environ.Env.read_env(BASE_DIR / ".env")

GCVA_VAR = Path(env.str("GCVA_VAR", default=str(BASE_DIR / "var")))
PRODUCTION = env.bool("GCVA_PRODUCTION", default=False)
DEBUG = env.bool("DEBUG", default=False)


def embedded_facts() -> dict[str, Any]:
    """Read where the embedded servers listen; empty when never started or somebody else's."""
    path = Path(env.str("GCVA_EMBEDDED", default=str(GCVA_VAR / "embedded.json")))
    return json.loads(path.read_text()) if os.access(path, os.R_OK) else {}


_embedded = embedded_facts()
SECRET_KEY = env.str("SECRET_KEY", default=_embedded.get("secret_key", ""))
if not SECRET_KEY:
    if PRODUCTION:
        raise ImproperlyConfigured("Set SECRET_KEY in the environment (see .env.example).")
    SECRET_KEY = "only-for-a-machine-without-servers"  # noqa: S105 - embedded start replaces it

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

DATABASE_URL = env.str("DATABASE_URL", default=_embedded.get("database_url", ""))
REDIS_URL = env.str("REDIS_URL", default=_embedded.get("redis_url", ""))
SERVERS_ARE_EMBEDDED = bool(_embedded) and _embedded.get("database_url") == DATABASE_URL
# without addresses the port is one where nothing listens; manage.py then says what to run
_database = env.db_url_config(DATABASE_URL or "postgres://nobody@127.0.0.1:1/no_servers_yet")
DATABASES = {
    "default": {
        **_database,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        # the pages' tables lie in memory or on flash: a row by its index costs what the next does
        "OPTIONS": {"options": "-c random_page_cost=1.1", **_database.get("OPTIONS", {})},
    }
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL or "redis://127.0.0.1:1/0",
        "KEY_PREFIX": "gcva",
    }
}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "django_celery_beat",
    "guardian",
    "axes",
    "csp",
    "pgtrigger",
    "pghistory",
    "django_structlog",
    "core",
    "accounts",
    "warehouse",
    "scoring",
    "alerts",
    "adjustments",
    "analytics",
    "gcva",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_structlog.middlewares.RequestMiddleware",  # before all that may refuse a request
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.audit_context.AuditMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "gcva.urls"
WSGI_APPLICATION = "gcva.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "accounts.pages.locked_out"
AXES_VERBOSE = False
GCVA_LOGIN_RATE = env.int("GCVA_LOGIN_RATE", default=60)  # attempts a minute from one address
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600  # seconds a one-time set-password link lives

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="Asia/Shanghai")

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": env.str(
            "STATICFILES_BACKEND",
            default=(
                "whitenoise.storage.CompressedManifestStaticFilesStorage"
                if PRODUCTION
                else "django.contrib.staticfiles.storage.StaticFilesStorage"
            ),
        )
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
MEDIA_ROOT = GCVA_VAR / "media"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF, "'unsafe-inline'"],  # Plotly and Chromium's own dialogs need it
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "font-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
# read from the cache, kept in the database: Valkey may be flushed or away
SESSION_ENGINE = "core.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("GCVA_HTTPS", default=PRODUCTION)
SECURE_SSL_REDIRECT = env.bool("GCVA_HTTPS", default=PRODUCTION)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # a load balancer asks without TLS
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000 if PRODUCTION else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": env.str("GCVA_API_RATE", default="600/min")},
    "EXCEPTION_HANDLER": "core.web.api_exception_handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "集团客户价值评估 API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "GradeEnum": "scoring.grades.GRADE_CODES",
        "DimensionEnum": "analytics.multi_dimensional.compute.DIMENSIONS",
        "AdjustmentStateEnum": "analytics.adjusting.api_shapes.STATES",
        "AlertStateEnum": "analytics.anomaly_alerts.work_shapes.STATES",
        "AlertStepEnum": "analytics.anomaly_alerts.work_shapes.STEPS",
        "AlertReasonEnum": "analytics.anomaly_alerts.work_shapes.REASONS",
        "AlertLevelEnum": "alerts.levels.LEVEL_CODES",
        "ThresholdLevelEnum": "alerts.thresholds.LEVELS",
        "AlertRuleEnum": "alerts.rules.RULE_CODES",
        "ImportStateEnum": ["checking", "accepted", "refused", "withdrawn"],
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
}

CELERY_BROKER_URL = REDIS_URL or "redis://127.0.0.1:1/0"
CELERY_TASK_DEFAULT_QUEUE = env.str("GCVA_QUEUE", default="gcva")
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_TIMEZONE = TIME_ZONE

EMAIL_URL = env.str("EMAIL_URL", default="consolemail://")  # smtp+tls://user:password@host:587
vars().update(env.email_url_config(EMAIL_URL))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="gcva@localhost")
GCVA_SITE_URL = env.str("GCVA_SITE_URL", default="http://127.0.0.1:8000")  # before links in mail
GCVA_MAIL_SECONDS = env.int("GCVA_MAIL_SECONDS", default=60)

GCVA_PIPELINE = "gcva.pipeline.PIPELINE"
GCVA_SHELL = "gcva.surroundings.surroundings"
GCVA_DROP = env.str("GCVA_DROP", default=str(GCVA_VAR / "drop"))  # other systems put extracts here
GCVA_MAPPINGS = [str(BASE_DIR / "fixtures" / "mappings"), str(GCVA_VAR / "mappings")]
GCVA_ACCESS = env.str("GCVA_ACCESS", default="default")  # or "strict"
GCVA_ENGINE = env.str("GCVA_ENGINE", default="duckdb")
GCVA_ENGINE_THREADS = env.int("GCVA_ENGINE_THREADS", default=2)
GCVA_ENGINE_MEMORY = env.str("GCVA_ENGINE_MEMORY", default="600MB")
# a new model or threshold takes the facts of the run before; tests of computing switch it off
GCVA_REUSE = env.bool("GCVA_REUSE", default=True)
GCVA_KEEP_EXTRACT_MONTHS = env.int("GCVA_KEEP_EXTRACT_MONTHS", default=14)
GCVA_LEASE_SECONDS = env.int("GCVA_LEASE_SECONDS", default=60)
GCVA_RECONCILE_SECONDS = env.int("GCVA_RECONCILE_SECONDS", default=20)
CELERY_BEAT_SCHEDULE = {
    "reconcile": {
        "task": "warehouse.reconcile",
        "schedule": GCVA_RECONCILE_SECONDS,
        # a message that waited until the next one was sent has nothing left to say
        "options": {"expires": GCVA_RECONCILE_SECONDS},
    },
    "mail_each": {
        "task": "accounts.mail_each",
        "schedule": GCVA_MAIL_SECONDS,
        "options": {"expires": GCVA_MAIL_SECONDS},
    },
    "mail_digests": {"task": "accounts.mail_digests", "schedule": crontab(hour="7", minute="30")},
}
CELERY_BEAT_SCHEDULE["keep_house"] = {
    "task": "warehouse.keep_house",
    "schedule": crontab(hour="4", minute="10"),
}
CELERY_BEAT_SCHEDULE["exports"] = {
    "task": "analytics.reconcile_exports",
    "schedule": GCVA_RECONCILE_SECONDS,
    "options": {"expires": GCVA_RECONCILE_SECONDS},
}
GCVA_EXPORT_JOB_ROWS = env.int("GCVA_EXPORT_JOB_ROWS", default=20_000)  # above: in the background
GCVA_EXPORT_DAYS = env.int("GCVA_EXPORT_DAYS", default=7)  # a file is kept so long
GCVA_REVIEW_CYCLE = env.str("GCVA_REVIEW_CYCLE", default="month")  # quarter, half_year
# a request for another grade: working days until the city is reminded, the province is told
GCVA_ADJUSTMENT_REMIND_DAYS = env.int("GCVA_ADJUSTMENT_REMIND_DAYS", default=3)
GCVA_ADJUSTMENT_ESCALATE_DAYS = env.int("GCVA_ADJUSTMENT_ESCALATE_DAYS", default=5)
CELERY_BEAT_SCHEDULE["alerts"] = {"task": "alerts.wake", "schedule": crontab(minute="5")}
CELERY_BEAT_SCHEDULE["alerts_told"] = {
    "task": "alerts.tell",
    "schedule": GCVA_MAIL_SECONDS,
    "options": {"expires": GCVA_MAIL_SECONDS},
}
CELERY_BEAT_SCHEDULE["alerts_tally"] = {
    "task": "alerts.tally",
    "schedule": 60.0,
    "options": {"expires": 60.0},
}
CELERY_BEAT_SCHEDULE["adjustments"] = {
    "task": "adjustments.keep_time",
    "schedule": 1800.0,
    "options": {"expires": 1800.0},
}
GCVA_FEW_MEMBERS = env.int("GCVA_FEW_MEMBERS", default=4)
# valid member 有效成员: used in the month (1), or in it or the one before (2); runs pin both
GCVA_VALID_MONTHS = 2 if env.int("GCVA_VALID_MONTHS", default=1) > 1 else 1
GCVA_QUARANTINE_LIMIT = env.float("GCVA_QUARANTINE_LIMIT", default=0.01)
GCVA_BUCKET_LIMIT = env.float("GCVA_BUCKET_LIMIT", default=0.20)
GCVA_FAULT = env.str("GCVA_FAULT", default="")  # tests: die at this step boundary
GCVA_DEMO = env.bool("GCVA_DEMO", default=bool(_embedded.get("demo", False)))

LOGGING = logs.configure(
    level=env.str("LOG_LEVEL", default="INFO" if PRODUCTION else "WARNING"), as_json=PRODUCTION
)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
