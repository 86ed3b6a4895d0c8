"""What Jitsi shows to somebody whose room does not open: plain, in German and English, naming nobody."""

from django.utils import translation
from django.utils.translation import gettext, gettext_noop

NO_ROOM = gettext_noop("There is no talk in this room. Please open the link from your newest message.")
TOO_EARLY = gettext_noop("The room is not open yet. Please open your link again shortly before the talk.")
OVER = gettext_noop("The talk is over. The room is closed.")
BROKEN = gettext_noop("The room cannot be opened now. Please call us.")
LANGUAGES = ("de", "en")


def said(text: str, offered: list[str] | None = None) -> str:
    """In both languages, the office's own first: who asks is not known, so neither is her language."""
    first = next((tag for tag in offered or () if tag in LANGUAGES), LANGUAGES[0])
    return " · ".join(_in(tag, text) for tag in sorted(LANGUAGES, key=lambda tag: tag != first))


def _in(language: str, text: str) -> str:
    with translation.override(language):
        return gettext(text)
