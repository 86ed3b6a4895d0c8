"""The peer's own virtual environment, with the same Django, gunicorn and psycopg as ours."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from tests.load.servers import ROOT

FOLDER = ROOT / ".cache" / "bench" / "venv"
PYTHON = FOLDER / "bin" / "python"


def ensure() -> Path:
    """Install it where it is missing or another version is wanted; answers its Python."""
    wanted = [
        "django-appointment==3.12",
        f"Django=={version('Django')}",
        f"gunicorn=={version('gunicorn')}",
        f"psycopg[binary]=={version('psycopg')}",
    ]
    stamp = FOLDER / "installed.txt"
    if not stamp.exists() or stamp.read_text() != "\n".join(wanted):
        subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
        subprocess.run([str(PYTHON), "-m", "pip", "install", "--quiet", *wanted], check=True)
        stamp.write_text("\n".join(wanted))
    return PYTHON
