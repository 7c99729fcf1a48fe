from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "analytics"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen for what readers ask of workers."""
        from analytics import receivers  # noqa: F401, PLC0415 - only after all apps are loaded
