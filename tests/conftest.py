"""What all tests share."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.conf import settings
from django.test import TransactionTestCase

from tests import emptying


class Clock:
    """Moves the product's clock, in every process that reads the same file."""

    def to(self, moment: datetime) -> None:
        """It is this moment now."""
        offset = (moment - datetime.now(UTC)).total_seconds()
        Path(settings.CLOCK_FILE).write_text(str(offset))

    def reset(self) -> None:
        """It is as late as it is."""
        Path(settings.CLOCK_FILE).unlink(missing_ok=True)


@pytest.fixture(scope="session", autouse=True)
def _emptied_quickly():
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(TransactionTestCase, "_fixture_teardown", emptying.empty)
        yield


@pytest.fixture
def clock():
    """The product's clock, set back at the end."""
    moved = Clock()
    yield moved
    moved.reset()


@pytest.fixture(scope="session")
def key_pair():
    """A private RSA key and its public half, both PEM."""
    return new_key_pair()


def new_key_pair() -> tuple[str, str]:
    """Another one."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return private, public
