"""Bring the data base and the collected files up to date; with ``--demo`` the demo office, too."""

import os
import sys

import django

from config.start import in_one_line, refuse_bad_settings


def update() -> None:
    """Migrations, the cache's table, static files."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    collect_static()


def collect_static() -> None:
    """Collect only where the built files are not the ones collected last."""
    from django.conf import settings
    from django.core.management import call_command

    from tools.setup import STATIC

    stamp, built = settings.STATIC_ROOT / ".stamp", (STATIC / ".stamp").read_text()
    if not (stamp.exists() and stamp.read_text() == built):
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=[".stamp"])
        stamp.write_text(built)


def prepare_demo() -> None:
    """The demo office, made once and brought up to this day, and the ways to sign in."""
    from django.core.management import call_command

    from scheduler.models import Office

    if not Office.objects.filter(is_demo=True).exists():
        print("Making the demo office …", flush=True)
    call_command("demo_data")
    call_command("demo_signins")


def main(arguments: list[str]) -> None:
    """Everything, or one line about what is missing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    with in_one_line():
        django.setup()
        refuse_bad_settings()
        update()
        if "--demo" in arguments:
            prepare_demo()


if __name__ == "__main__":
    main(sys.argv[1:])
