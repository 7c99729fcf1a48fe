from django.apps import AppConfig


class AdjustmentsConfig(AppConfig):
    name = "adjustments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen for months that are published or withdrawn."""
        from adjustments import receivers  # noqa: F401, PLC0415 - only after all apps are loaded
