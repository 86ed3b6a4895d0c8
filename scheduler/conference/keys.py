"""Keys of RS256: read from files, read again when a file changes, old ones served until their tokens end."""

import hashlib
import logging
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from django.conf import settings
from jwt.algorithms import RSAAlgorithm

log = logging.getLogger(__name__)


def private(path: str) -> RSAPrivateKey:
    """The private key in this file as it is now; checking one takes long, so it is kept until it changes."""
    return _private(path, _stamp(path))


def public_pem(path: str) -> str:
    """The public key (PEM) of a file with a public or a private one."""
    return _pem(_public(path, _stamp(path)))


def pem_of(key: RSAPrivateKey) -> str:
    """The public half (PEM)."""
    return _pem(key.public_key())


def files() -> dict[str, str]:
    """Path by ``kid`` of every key that signs or has signed, the present one first."""
    if not settings.JITSI_PROVIDER or not settings.JITSI_PRIVATE_KEY_FILE:
        return {}
    present = {settings.JITSI_KEY_ID: settings.JITSI_PRIVATE_KEY_FILE}
    return present | {
        kid: path
        for kid, path in old_files(settings.JITSI_OLD_PUBLIC_KEY_FILES).items()
        if kid not in present
    }


def old_files(text: str) -> dict[str, str]:
    """Path by ``kid`` from ``kid=path,…``. Raises ValueError."""
    pairs = [part.strip().partition("=") for part in text.split(",") if part.strip()]
    found = {kid.strip(): path.strip() for kid, _, path in pairs}
    if len(found) < len(pairs) or not all(kid and path for kid, path in found.items()):
        raise ValueError("JITSI_OLD_PUBLIC_KEY_FILES needs `kid=path,…`, each kid once")
    return found


def served() -> dict[str, str]:
    """Public keys (PEM) by ``kid``, the present one first; an old file that cannot be read is left out."""
    pems = {kid: _readable(path) for kid, path in files().items()}
    return {kid: pem for kid, pem in pems.items() if pem}


def by_digest(digest: str) -> str | None:
    """The public key whose file the room server asks for: ``<sha256 hex of kid>.pem``."""
    names = {hashlib.sha256(kid.encode()).hexdigest(): path for kid, path in files().items()}
    return _readable(names[digest]) if digest in names else None


def jwks() -> dict[str, list[dict[str, Any]]]:
    """The same keys as a JSON web key set (RFC 7517)."""
    return {"keys": [_jwk(kid, path) for kid, path in files().items() if _readable(path)]}


def _jwk(kid: str, path: str) -> dict[str, Any]:
    key = RSAAlgorithm.to_jwk(_public(path, _stamp(path)), as_dict=True)
    return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": key["n"], "e": key["e"]}


def _readable(path: str) -> str | None:
    try:
        return public_pem(path)
    except (OSError, ValueError, TypeError):
        log.error("The room server's key %s cannot be read.", path)
        return None


def _stamp(path: str) -> tuple[int, int, int]:
    """Changes with the file, also where another one was put in its place within the same second."""
    found = Path(path).stat()
    return found.st_mtime_ns, found.st_size, found.st_ino


@lru_cache(maxsize=16)
def _private(path: str, stamp: tuple[int, int, int]) -> RSAPrivateKey:
    key = load_pem_private_key(Path(path).read_bytes(), None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("no RSA key")
    return key


@lru_cache(maxsize=16)
def _public(path: str, stamp: tuple[int, int, int]) -> RSAPublicKey:
    text = Path(path).read_bytes()
    if b"PRIVATE KEY" in text:
        return _private(path, stamp).public_key()
    key = load_pem_public_key(text)
    if not isinstance(key, RSAPublicKey):
        raise ValueError("no RSA key")
    return key


def _pem(key: RSAPublicKey) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
