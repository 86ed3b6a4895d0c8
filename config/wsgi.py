"""The web server's entry."""

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from config.checks import problems  # noqa: E402 - needs the settings that the line above loads

if _found := problems():
    raise ImproperlyConfigured(" ".join(_found))
