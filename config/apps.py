"""App configuration: registers the system checks."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Sprechzeit"

    def ready(self) -> None:
        from config import checks  # noqa: F401 - registers itself
