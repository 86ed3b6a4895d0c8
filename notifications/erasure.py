"""What the outbox forgets about a client who is erased."""

from notifications.models import Message, State
from scheduler.models import Client


def erase_messages(client: Client) -> None:
    """Nothing more is told to her; what was told stays as counts without her."""
    rows = Message.objects.of(client.office).filter(client=client)
    rows.filter(state__in=[State.PENDING, State.CLAIMED]).update(state=State.VOID)
    rows.update(client=None, address="")
