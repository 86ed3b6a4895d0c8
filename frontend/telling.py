"""What staff read about who is told: the truth, whatever the client has agreed to."""

from django.utils.translation import gettext as _

from notifications import planning
from scheduler.models import Appointment


def told(appointment: Appointment) -> str:
    """Whether the client gets a message of what was just done."""
    if appointment.client and planning.client_channels(appointment.client):
        return _("The client is told.")
    return _("The client gets no message. Please call or write a letter.")
