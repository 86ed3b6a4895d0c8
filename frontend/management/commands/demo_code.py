"""``manage.py demo_code EMAIL``: the present code of a demo user's second factor. Only with DEMO=1."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from frontend.management import demo_accounts


class Command(BaseCommand):
    help = "Print the present code of a demo user's second factor."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", choices=demo_accounts.EMAILS)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("only with DEMO=1")
        self.stdout.write(demo_accounts.code(options["email"]))
