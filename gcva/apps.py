from django.apps import AppConfig


class GcvaConfig(AppConfig):
    name = "gcva"
    default_auto_field = "django.db.models.BigAutoField"
