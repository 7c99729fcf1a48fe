from django.apps import AppConfig


class AdjustmentsConfig(AppConfig):
    name = "adjustments"
    default_auto_field = "django.db.models.BigAutoField"
