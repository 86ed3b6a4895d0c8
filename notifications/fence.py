"""The last question before something goes out, asked and answered in one statement of the data base."""

from datetime import datetime

from notifications.models import ENDINGS, Message
from scheduler.models.plain import Change

_ENDINGS = ", ".join(f"'{kind}'" for kind in ENDINGS)
_PASSES = Change(
    f"""UPDATE notifications_message AS m SET state = 'sending', message_id = %s, sent_at = %s
    WHERE id = %s AND lease = %s AND state = 'claimed' AND lease_until > %s
    AND (
        appointment_id IS NULL
        OR sequence = (SELECT a.sequence FROM scheduler_appointment AS a WHERE a.id = m.appointment_id)
        OR kind IN ({_ENDINGS}) AND (
            SELECT p.revoked_at FROM scheduler_participant AS p WHERE p.id = m.participant_id
        ) IS NOT NULL
    )
    AND (
        participant_id IS NULL OR kind IN ({_ENDINGS}) OR EXISTS (
            SELECT 1 FROM scheduler_participant AS p WHERE p.id = m.participant_id AND p.revoked_at IS NULL
        )
    )
    AND (
        client_id IS NULL OR kind = 'code' OR EXISTS (
            SELECT 1 FROM scheduler_client AS c WHERE c.id = m.client_id AND NOT c.no_messages
        )
    )""",  # noqa: S608 - own names
    Message,
    *("message_id", "sent_at", "id", "lease", "lease_until"),
)


def passes(message: Message, *, known_as: str, now: datetime, lasts_until: datetime) -> bool:
    """claimed → sending in its own commit: the lease outlasts the send, nothing has changed since.

    The appointment is as it was, or this is a farewell; her part has not ended; she wants messages (a code
    she has asked for). From here on it may be out; ``sent_at`` says since when.
    """
    return bool(_PASSES(known_as, now, message.pk, message.lease, lasts_until))
