"""Serve the OpenAPI document and Swagger UI to everybody signed in, without any outside host."""

from __future__ import annotations

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from accounts.doors import SIGNED_IN, ApiDoorMixin


class SchemaPage(ApiDoorMixin, SpectacularAPIView):
    """Answer the OpenAPI 3 document."""

    door = SIGNED_IN


class DocsPage(ApiDoorMixin, SpectacularSwaggerSplitView):
    """Show Swagger UI; its script is a page of its own, because no inline script may run."""

    door = SIGNED_IN
