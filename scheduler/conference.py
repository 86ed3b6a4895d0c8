"""Rooms."""

import secrets
import string


def new_room() -> str:
    """20 random lower-case characters, unrelated to person or topic."""
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(20))
