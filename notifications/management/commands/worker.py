"""``manage.py worker``: the queue worker under our supervision."""

from typing import Any

from django.core.management.base import BaseCommand

from notifications.management.supervision import Supervisor


class Command(BaseCommand):
    help = "Run the queue worker; it is replaced when it hangs and ends with this command."

    def handle(self, *args: Any, **options: Any) -> None:
        Supervisor().run()
