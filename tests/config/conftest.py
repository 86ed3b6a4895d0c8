"""What is about one kind of data base is collected only where the tests run on it."""

from django.db import connection

collect_ignore = [] if connection.vendor == "postgresql" else ["test_postgresql.py"]
