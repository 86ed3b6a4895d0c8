"""The evidence behind a proposed outcome, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from scheduler.services.attendance import Reason

TEXTS = {
    "together": gettext_noop("Both were in the room together: %(number)s minutes."),
    "never_together": gettext_noop("Both were there, but never at the same time."),
    "client_waited": gettext_noop("The client was in the room alone: %(number)s minutes."),
    "client_came": gettext_noop("The client was at the door."),
    "client_token": gettext_noop("The client pressed the button to join. Times: %(number)s."),
    "client_absent": gettext_noop("The client was not in the room, as far as we know."),
    "caseworker_waited": gettext_noop("The caseworker waited alone since the start: %(number)s minutes."),
    "caseworker_absent": gettext_noop("The caseworker was not in the room."),
    "called": gettext_noop("We tried to call the client. Times: %(number)s."),
    "not_working": gettext_noop("The client says: I was there, it did not work."),
    "no_record": gettext_noop("Nothing is on record about this talk."),
}


def words(reason: Reason) -> str:
    """One sentence in the reader's language."""
    return _(TEXTS[reason.code]) % {"number": reason.number}
