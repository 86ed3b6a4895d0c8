"""Who runs the room: the office's own Jitsi (HS256 or RS256), 8x8 (RS256), or our stand-in."""

import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.conf import settings

from scheduler.conference import keys


@dataclass(frozen=True)
class Provider:
    """How tokens for one room server are made; ``path`` stands before the room in addresses."""

    name: str
    host: str
    algorithm: str
    key: str | RSAPrivateKey
    issuer: str
    audience: str
    subject: str
    kid: str = ""
    path: str = ""

    @property
    def stand_in(self) -> bool:
        """Our own page that only shows what a room server would say."""
        return self.name == "stand-in"

    @property
    def headers(self) -> dict[str, str]:
        """JOSE headers beside ``alg``."""
        return {"typ": "JWT", **({"kid": self.kid} if self.kid else {})}

    @property
    def verifying_key(self) -> str:
        """The shared secret, or the public half of the private key (PEM)."""
        return self.key if isinstance(self.key, str) else keys.pem_of(self.key)


def current() -> Provider:
    """The provider that the settings name; without one the stand-in."""
    makers = {"self": _own, "jaas": _jaas}
    return makers.get(settings.JITSI_PROVIDER, _stand_in)()


def _own() -> Provider:
    by_key = bool(settings.JITSI_PRIVATE_KEY_FILE)
    return Provider(
        name="self",
        host=settings.JITSI_HOST,
        algorithm="RS256" if by_key else "HS256",
        key=keys.private(settings.JITSI_PRIVATE_KEY_FILE) if by_key else settings.JITSI_APP_SECRET,
        issuer=settings.JITSI_APP_ID,
        audience=settings.JITSI_AUDIENCE,
        subject=settings.JITSI_SUBJECT or settings.JITSI_HOST,
        kid=settings.JITSI_KEY_ID if by_key else "",
    )


def _jaas() -> Provider:
    tenant = settings.JITSI_KEY_ID.split("/", 1)[0]
    return Provider(
        name="jaas",
        host=settings.JITSI_HOST,
        algorithm="RS256",
        key=keys.private(settings.JITSI_PRIVATE_KEY_FILE),
        issuer="chat",
        audience="jitsi",
        subject=tenant,
        kid=settings.JITSI_KEY_ID,
        path=f"{tenant}/",
    )


def _stand_in() -> Provider:
    key = hashlib.sha256(b"stand-in room" + settings.SECRET_KEY.encode()).hexdigest()
    return Provider("stand-in", "", "HS256", key, "sprechzeit", "jitsi", "stand-in")
