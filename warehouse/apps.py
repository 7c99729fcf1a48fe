from django.apps import AppConfig


class WarehouseConfig(AppConfig):
    name = "warehouse"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen for what actions ask of workers."""
        from warehouse import receivers  # noqa: F401, PLC0415 - only after all apps are loaded
