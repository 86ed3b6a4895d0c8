"""A private PostgreSQL from the system's binaries, on a free port in a temporary folder.

As a module: ``with cluster() as server: server.url("name")``.
As a command: ``python tools/postgres.py run [--no-fsync] -- COMMAND`` runs COMMAND with DATABASE_URL set.
"""

import argparse
import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

DEBIAN_BINARIES = Path("/usr/lib/postgresql")
INITDB = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
RELAXED = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class NotInstalledError(RuntimeError):
    """PostgreSQL's server binaries are not on this machine."""


def find_binaries() -> Path:
    """The folder of the newest ``initdb`` on this machine."""
    versions = sorted(DEBIAN_BINARIES.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if versions:
        return versions[-1].parent
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    raise NotInstalledError("PostgreSQL's server is not installed (Debian: apt-get install postgresql)")


@dataclass
class Cluster:
    """A running server. ``url(name)`` makes the data base where it is missing."""

    binaries: Path
    folder: Path
    port: int
    made: set[str] = field(default_factory=set)

    def url(self, database: str) -> str:
        """``postgres://`` address of the data base, which is made where it is missing."""
        if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", database):
            raise ValueError(f"not a plain data base name: {database}")
        if database not in self.made and database not in self._databases():
            self._psql(f'CREATE DATABASE "{database}"')
        self.made.add(database)
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def _databases(self) -> set[str]:
        return set(self._psql("SELECT datname FROM pg_database").split())

    def _psql(self, statement: str) -> str:
        address = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-d", "postgres"]
        command = [str(self.binaries / "psql"), "-X", "-A", "-t", "-q", *address, "-c", statement]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@contextlib.contextmanager
def cluster(*, fsync: bool = True, settings: Mapping[str, str] | None = None) -> Iterator[Cluster]:
    """Start a server for the time of the block. ``fsync=False`` is for tests only, never for measuring."""
    binaries = find_binaries()
    folder = Path(tempfile.mkdtemp(prefix="sprechzeit-pg-"))
    folder.chmod(0o755)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    server = Cluster(binaries, folder, free_port())
    try:
        _start(server, ({} if fsync else RELAXED) | dict(settings or {}))
        yield server
    finally:
        _stop(server)
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A TCP port on the loopback that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start(server: Cluster, settings: Mapping[str, str]) -> None:
    data = str(server.folder / "data")
    _run(server, "initdb", "-D", data, *INITDB)
    base = {
        "listen_addresses": "127.0.0.1",
        "port": str(server.port),
        "unix_socket_directories": str(server.folder),
        "max_connections": "250",
        "shared_buffers": "256MB",
    }
    options = " ".join(f"-c {name}={value}" for name, value in (base | dict(settings)).items())
    log = str(server.folder / "log")
    _run(server, "pg_ctl", "-D", data, "-l", log, "-o", options, "-w", "-t", "60", "start")


def _stop(server: Cluster) -> None:
    if (server.folder / "data" / "postmaster.pid").exists():
        _run(server, "pg_ctl", "-D", str(server.folder / "data"), "-m", "immediate", "-w", "stop")


def _run(server: Cluster, program: str, *arguments: str) -> None:
    command = [str(server.binaries / program), *arguments]
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(command, cwd=server.folder, stdout=output, stderr=output, check=False)
        output.seek(0)
        text = output.read()
    if done.returncode:
        log = server.folder / "log"
        raise RuntimeError(f"{program} failed\n{text}\n{log.read_text() if log.exists() else ''}")


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="tools/postgres.py", description=__doc__.splitlines()[0])
    parser.add_argument("action", choices=["run"])
    parser.add_argument("--no-fsync", action="store_true", help="faster and unsafe: for tests")
    parser.add_argument("--database", default="sprechzeit")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args(arguments)
    with cluster(fsync=not options.no_fsync) as server:
        environment = {**os.environ, "DATABASE_URL": server.url(options.database)}
        return subprocess.run(options.command, env=environment, check=False).returncode


if __name__ == "__main__":
    try:
        sys.exit(main())
    except NotInstalledError as error:
        sys.exit(str(error))
