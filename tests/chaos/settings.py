"""Settings of the workers that are killed: the test's data base, short leases, an impatient supervisor."""

import os
from datetime import timedelta

from config.settings_test import *  # noqa: F403 - the tests' settings, on the running test's data base
from config.settings_test import DATABASES

DATABASES["default"]["NAME"] = os.environ["CHAOS_DATABASE"]
DELIVERY_LEASE = timedelta(seconds=4)
SEND_WITHIN = timedelta(seconds=2)
WORKER_BEAT_EVERY = float(os.environ.get("CHAOS_BEAT_EVERY", "0.5"))
WORKER_SILENT_FOR = timedelta(seconds=float(os.environ.get("CHAOS_SILENT_FOR", "6")))
