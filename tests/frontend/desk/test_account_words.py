"""Pages and mails of allauth speak to staff as ours do."""

import re
from pathlib import Path

import allauth
import pytest
from babel.messages.pofile import read_po
from django.test import Client as Browser
from django.utils import translation

from frontend.others_words import OTHERS

THEIRS = Path(allauth.__file__).parent / "locale/de/LC_MESSAGES/django.po"
OURS = ("account/", "templates/account/", "templates/mfa/")
NOT_SERVED = ("signup", "phone", "verif", "already_exists", "email_change", "login.html")
DU = re.compile(r"\b([Dd]u|[Dd]ich|[Dd]ir|[Dd]ein\w*|[Gg]ib|[Bb]itte \w+e)\b")


def served(name: str) -> bool:
    return name.startswith(OURS) and not any(part in name for part in NOT_SERVED)


def said():
    """Every German text of allauth that somebody may meet here."""
    with THEIRS.open("rb") as file:
        for message in read_po(file, locale="de"):
            if isinstance(message.id, str) and any(served(name) for name, _ in message.locations):
                yield message.id


def test_nobody_is_called_du():
    with translation.override("de"):
        assert [text for text in said() if DU.search(translation.gettext(text))] == []
        assert [text for text in OTHERS if translation.gettext(text) == text] == []


@pytest.mark.django_db
def test_the_way_back_to_a_forgotten_password_is_polite():
    page = Browser(headers={"accept-language": "de"}).get("/accounts/password/reset/").content.decode()
    assert "Geben Sie Ihre E-Mail-Adresse ein." in page
