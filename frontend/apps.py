"""App configuration."""

from django.apps import AppConfig


class FrontendConfig(AppConfig):
    name = "frontend"
    verbose_name = "Pages"
    default_auto_field = "django.db.models.BigAutoField"
