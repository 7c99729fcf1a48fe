"""Say which address opens which page; each app names its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from gcva import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("api/v1/", include("gcva.api_urls")),
    path("", include("accounts.urls")),
    path("", include("warehouse.urls")),
    path("", include("scoring.urls")),
    path("", include("analytics.urls")),
]

handler400 = "core.error_pages.bad_request"
handler403 = "core.error_pages.permission_denied"
handler404 = "core.error_pages.page_not_found"
handler500 = "core.error_pages.server_error"
