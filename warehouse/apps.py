from django.apps import AppConfig
from django.db.models.signals import post_migrate


class WarehouseConfig(AppConfig):
    name = "warehouse"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen for what actions ask of workers."""
        from warehouse import receivers  # noqa: F401, PLC0415 - only after all apps are loaded
        from warehouse.now_views import refresh_views  # noqa: PLC0415 - apps are not ready above

        post_migrate.connect(refresh_views, sender=self)
