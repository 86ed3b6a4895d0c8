"""Reads the environment and ``.env``; what makes no sense is said in one clear line at the start."""

import re
from collections.abc import Callable
from decimal import Decimal
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
KINDS = {
    "bool": "true or false",
    "int": "a whole number",
    "decimal": "an amount such as 0.08",
    "list": "a list with commas",
    "dict": "a list such as name=value,name=value",
}
RATE = re.compile(r"[1-9]\d{0,8}/(s|sec|second|m|min|minute|h|hour|d|day)")
ENGINES = {"django.db.backends.sqlite3": "sqlite", "django.db.backends.postgresql": "postgresql"}
SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}
POSTGRESQL = {"server_side_binding": True, "prepare_threshold": 3}


class Environment:
    """Values by name; an empty variable counts as one that is not set."""

    def __init__(self, file: Path) -> None:
        self._env = Env()
        self._env.read_env(str(file), recurse=False)

    def _read(self, kind: str, name: str, default: Any) -> Any:
        if not self._env.str(name, ""):
            return default
        return self._parsed(name, f"is not right: {KINDS[kind]} is needed.", getattr(self._env, kind), name)

    def text(self, name: str, default: str = "") -> str:
        """A text."""
        return self._env.str(name, "") or default

    def flag(self, name: str, default: bool = False) -> bool:
        """Yes or no."""
        return bool(self._read("bool", name, default))

    def number(self, name: str, default: int) -> int:
        """A number, not below zero."""
        found = int(self._read("int", name, default))
        return found if found >= 0 else self._refuse(name, "must not be below zero.")

    def amount(self, name: str, default: str) -> Decimal:
        """An amount, not below zero."""
        found: Decimal = self._read("decimal", name, Decimal(default))
        sound = found.is_finite() and found >= 0
        return found if sound else self._refuse(name, "must be an amount such as 0.08.")

    def words(self, name: str, default: list[str]) -> list[str]:
        """Words between commas."""
        return [word.strip() for word in self._read("list", name, default) if word.strip()]

    def pairs(self, name: str) -> dict[str, str]:
        """``name=value`` between commas."""
        return dict(self._read("dict", name, {}))

    def required(self, name: str, hint: str) -> str:
        """The variable; nothing works without it."""
        return self.text(name) or self._refuse(
            name, f"is missing. {hint} `make setup` writes a .env with random values."
        )

    def one_of(self, name: str, known: tuple[str, ...], default: str) -> str:
        """One of these words."""
        found = self.text(name, default)
        return found if found in known else self._refuse(name, f"must be one of {', '.join(known)}.")

    def folder(self, name: str, default: Path) -> Path:
        """A folder that is there and ours, made where it is missing."""
        found = Path(self.text(name, str(default)))
        try:
            found.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._refuse(name, f"is no folder that we can use: {error.strerror}.")
        return found

    def rate(self, name: str, default: str) -> str:
        """So many in a second, minute, hour or day."""
        found = self.text(name, default)
        return found if RATE.fullmatch(found) else self._refuse(name, "must be like 600/min.")

    def networks(self, name: str) -> list[str]:
        """Addresses and networks (CIDR)."""
        found = self.words(name, [])
        for one in found:
            self._parsed(name, f"has {one!r}, which is no network such as 10.0.0.0/8.", ip_network, one)
        return found

    def redis(self, name: str) -> str:
        """The address of a Redis server, or nothing."""
        found = self.text(name)
        sound = not found or found.startswith(("redis://", "rediss://", "unix://"))
        return found if sound else self._refuse(name, "must begin with redis:// or rediss://.")

    def database(self, name: str, default: str) -> dict[str, Any]:
        """SQLite or PostgreSQL with the options that the guard needs; any other is refused."""
        told = "must be postgres://user:password@host:5432/name or sqlite:///path."
        found = self._parsed(name, told, dj_database_url.parse, self.text(name, default))
        kind = ENGINES.get(found["ENGINE"])
        if kind is None or not (found["NAME"] or "service" in found.get("OPTIONS", {})):
            self._refuse(name, told)
        if kind == "sqlite":
            return {**found, "OPTIONS": SQLITE}
        kept = {"ENGINE": "config.postgresql", "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
        return {**found, **kept, "OPTIONS": {**POSTGRESQL, **found.get("OPTIONS", {})}}

    def _parsed(self, name: str, told: str, parse: Callable[..., Any], *values: Any) -> Any:
        try:
            return parse(*values)
        except (EnvError, ValueError):
            self._refuse(name, told)

    @staticmethod
    def _refuse(name: str, told: str) -> Any:
        """Without the value: it may be a secret."""
        raise ImproperlyConfigured(f"{name} {told}")
