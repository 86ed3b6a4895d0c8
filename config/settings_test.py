"""Settings of the tests: real data base, real queue, files for a provider, a clock that can be moved."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "TEST_DATA_DIR" not in os.environ:
    os.environ["TEST_DATA_DIR"] = tempfile.mkdtemp(prefix="sprechzeit-")
    atexit.register(shutil.rmtree, os.environ["TEST_DATA_DIR"], ignore_errors=True)
_scratch = Path(os.environ["TEST_DATA_DIR"])
os.environ["DATA_DIR"] = str(_scratch)
os.environ.setdefault("SECRET_KEY", "a key that signs nothing outside of the tests 0123456789")
os.environ.setdefault("LINK_KEYS", "1:" + "dGVzdHMgc2lnbiB0aGVpciBsaW5rcyB3aXRoIHRoaXM=")
os.environ.setdefault("PUBLIC_BASE_URL", "http://localhost:8000")

from config.settings import *  # noqa: E402, F403 - the product's settings, then what tests change
from config.settings import DATABASES, SQLITE, STORAGES  # noqa: E402

_worker = os.environ.get("PYTEST_XDIST_WORKER", "")  # each worker of the tests has a time of its own
CLOCK_FILE = os.environ.get("CLOCK_FILE", str(_scratch / f"clock{_worker}"))
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["*"]
JITSI_INTERNAL_URL = "none"  # the room servers of the tests are names only
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
if SQLITE:
    DATABASES["default"]["TEST"] = {"NAME": str(_scratch / "test.sqlite3")}
