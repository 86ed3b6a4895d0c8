"""The web server's entry."""

import os

from django.core.wsgi import get_wsgi_application

from config.start import in_one_line, refuse_bad_settings

APP_LOAD_ERROR = 4
"""gunicorn ends itself at this exit code of a worker; at any other it would try again for ever."""

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
with in_one_line(APP_LOAD_ERROR):
    application = get_wsgi_application()
    refuse_bad_settings()
