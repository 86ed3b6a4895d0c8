"""Loaded once by the process from which rivals are forked: none of them has to start Django anew."""

from importlib import import_module

import django
from django.db import connections

django.setup()
for name in ("config.urls", "pytest", "tests.factories"):
    import_module(name)
connections.close_all()  # each opens its own
