"""Links for the phone of somebody whose computer has no camera: one room, five minutes, nothing else."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.core.signing import BadSignature, Signer

from scheduler import conference
from scheduler.errors import LinkExpired, LinkInvalid
from scheduler.models import Participant

LASTS = timedelta(minutes=5)
_signer = Signer(salt="scheduler.phone_links")


def token(participant: Participant, now: datetime) -> str:
    """The signed part of the link. Raises DoorClosed, NoRoom, LinkInvalid, as for a pass."""
    conference.mint(participant, now)
    until = int((now + LASTS).timestamp())
    return _signer.sign(f"{participant.public_id.hex}.{participant.generation}.{until}")


def resolve(text: str, now: datetime) -> tuple[Participant, datetime]:
    """Whose phone this is, and until when. Raises LinkInvalid (forged, revoked, renewed), LinkExpired."""
    try:
        public_id, generation, until = _signer.unsign(text).split(".")
    except BadSignature:
        raise LinkInvalid from None
    ends = datetime.fromtimestamp(int(until), UTC)
    if now >= ends:
        raise LinkExpired
    rows = Participant.objects.filter(public_id=UUID(public_id), generation=int(generation))
    found = rows.filter(revoked_at=None).select_related("appointment__office").first()
    if found is None:
        raise LinkInvalid(revoked=True)
    return found, ends
