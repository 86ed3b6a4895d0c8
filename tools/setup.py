"""Set everything up, again and again: only what has changed is done. Needs nothing but Python with venv."""

import argparse
import base64
import hashlib
import os
import secrets
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
MODULES = ROOT / "node_modules"
STATIC = ROOT / "frontend" / "static" / "frontend"
CATALOGUES = ROOT / "locale"
PRODUCT, DEVELOPMENT = "requirements.txt", "requirements-dev.txt"
QUICKLY = ["--quiet", "--disable-pip-version-check", "--no-compile"]
ASSET_SOURCES = ["assets/**/*", "templates/**/*.html", "**/*.py"]


def run(*command: str | Path) -> None:
    """Run a command in the repository; its failure is ours."""
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True)


def digest(files: Iterable[Path], *more: str) -> str:
    """One hash over names and contents."""
    found = hashlib.sha256(repr(more).encode())
    for file in sorted(set(files)):
        found.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return found.hexdigest()


def is_done(stamp: Path, wanted: str) -> bool:
    """Was this state reached before?"""
    return stamp.exists() and stamp.read_text() == wanted


def make_venv() -> None:
    """A virtual environment of our own."""
    if PYTHON.exists():
        return
    try:
        run(sys.executable, "-m", "venv", VENV)
    except subprocess.CalledProcessError:
        sys.exit("The virtual environment could not be made (Debian: apt-get install python3-venv).")


def install_python_packages(*, dev: bool) -> None:
    """``requirements.txt``, or with the tools of development ``requirements-dev.txt``, which includes it."""
    names = [PRODUCT, DEVELOPMENT] if dev else [PRODUCT]
    wanted = {name: digest([ROOT / PRODUCT, ROOT / name], sys.version) for name in names}
    if is_done(_stamp(names[-1]), wanted[names[-1]]):
        return
    print(f"Installing {names[-1]} …", flush=True)
    run(PYTHON, "-m", "pip", "install", *QUICKLY, "-r", names[-1])
    compile_python_packages()
    for name in names:
        _stamp(name).write_text(wanted[name])


def compile_python_packages() -> None:
    """By every processor, where pip would use one. What does not compile is imported by nobody."""
    command = [str(PYTHON), "-m", "compileall", "-qq", "-j", "0", str(VENV / "lib")]
    subprocess.run(command, cwd=ROOT, check=False)


def _stamp(name: str) -> Path:
    return VENV / f".{name}.stamp"


def install_node_packages() -> None:
    """What ``package-lock.json`` names; no script of theirs is run."""
    stamp, wanted = MODULES / ".stamp", digest([ROOT / "package-lock.json", ROOT / ".npmrc"])
    if not is_done(stamp, wanted):
        print("Installing node packages …", flush=True)
        run(
            PYTHON, "-m", "tools.node", "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"
        )
        stamp.write_text(wanted)


def build_assets() -> None:
    """Fonts, styles and scripts as they are served."""
    frontend = ROOT / "frontend"
    sources = [file for pattern in ASSET_SOURCES for file in frontend.glob(pattern) if file.is_file()]
    tools = [ROOT / "package-lock.json", ROOT / "tools" / "fonts.py"]
    stamp, wanted = STATIC / ".stamp", digest([*sources, *tools])
    if not is_done(stamp, wanted):
        print("Building styles and scripts …", flush=True)
        run(PYTHON, "-m", "tools.fonts")
        run(PYTHON, "-m", "tools.node", "node", "frontend/assets/build.mjs")
        stamp.write_text(wanted)


def compile_catalogues() -> None:
    """The translations."""
    catalogues = list(CATALOGUES.glob("*/LC_MESSAGES/*.po"))
    missing = [file for file in catalogues if not file.with_suffix(".mo").exists()]
    stamp, wanted = ROOT / ".cache" / "catalogues.stamp", digest(catalogues)
    if catalogues and (missing or not is_done(stamp, wanted)):
        run(VENV / "bin" / "pybabel", "--quiet", "compile", "-d", "locale", "-D", "django")
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(wanted)


def write_env() -> None:
    """Random keys, once: a ``.env`` that is there is never touched."""
    env = ROOT / ".env"
    if env.exists():
        return
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    lines = [
        f"SECRET_KEY={secrets.token_urlsafe(50)}",
        f"LINK_KEYS=1:{key}",
        "PUBLIC_BASE_URL=http://localhost:8000",
    ]
    with os.fdopen(os.open(env, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n")


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="tools.setup", description=__doc__)
    parser.add_argument("--dev", action="store_true", help="with the tools of development and tests")
    parser.add_argument("--no-site", action="store_true", help="without data base and collected files")
    options = parser.parse_args(arguments)
    make_venv()
    install_python_packages(dev=options.dev)
    install_node_packages()
    build_assets()
    compile_catalogues()
    write_env()
    if not options.no_site:
        run(PYTHON, "-m", "tools.site")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(f"Failed: {' '.join(error.cmd)}")
