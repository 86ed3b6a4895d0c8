"""Nobody is called "du", not even by a library's own German."""

import re
from pathlib import Path

import allauth
import pytest
from babel.messages.pofile import read_po
from django.utils import translation

CATALOGUE = Path(allauth.__file__).parent / "locale/de/LC_MESSAGES/django.po"
ABSENT = re.compile(r"(templates/)?(idp|socialaccount)/")
"""Parts of allauth that are not installed."""
INFORMAL = re.compile(
    r"\b(du|dich|dir(?!=)|dein\w*|gib|lass|bitte (wähle|bestätige|versuche|kontaktiere))\b", re.I
)


def messages(plural):
    with CATALOGUE.open("rb") as file:
        for message in read_po(file):
            shown = any(not ABSENT.match(place) for place, _line in message.locations)
            if shown and message.id and message.pluralizable == plural:
                yield message


def said(message):
    """In one form or in both, as the pages say it."""
    if message.pluralizable:
        return [translation.ngettext(*message.id, number) for number in (1, 2)]
    if message.context:
        return [translation.pgettext(message.context, message.id)]
    return [translation.gettext(message.id)]


@pytest.mark.parametrize(("plural", "least"), [(False, 100), (True, 2)])
def test_no_text_of_allauth_says_du(plural, least):
    with translation.override("de"):
        texts = [text for message in messages(plural) for text in said(message)]
    assert len(texts) >= least
    assert [text for text in texts if INFORMAL.search(text)] == []


@pytest.mark.parametrize("page", ["password/reset/", "password/reset/done/", "confirm-email/abc/"])
def test_pages_of_accounts_say_sie(client, db, page):
    said = client.get(f"/accounts/{page}", headers={"accept-language": "de"}).content.decode()
    assert not INFORMAL.search(said)
    assert re.search(r"\b(Sie|Ihnen|Ihre)\b", said)
