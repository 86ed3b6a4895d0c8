"""Facts and constraints. Import models from here."""

from scheduler.models.access import SCOPES, ApiKey
from scheduler.models.allocation import Allocation, Hold
from scheduler.models.appointment import Appointment, CallbackRequest, Participant, RoomEvent
from scheduler.models.event import Event
from scheduler.models.office import ClosingDay, Location, Office, OfficeOwned, Service, Team
from scheduler.models.people import (
    AccessReason,
    Booth,
    Caseworker,
    Client,
    Consent,
    ContactProof,
    Interpreter,
    User,
)
from scheduler.models.schedule import Absence, Available, AvailableException, BusyPeriod, OfferedDay, Schedule

__all__ = [
    "SCOPES",
    "Absence",
    "AccessReason",
    "Allocation",
    "ApiKey",
    "Appointment",
    "Available",
    "AvailableException",
    "Booth",
    "BusyPeriod",
    "CallbackRequest",
    "Caseworker",
    "Client",
    "ClosingDay",
    "Consent",
    "ContactProof",
    "Event",
    "Hold",
    "Interpreter",
    "Location",
    "OfferedDay",
    "Office",
    "OfficeOwned",
    "Participant",
    "RoomEvent",
    "Schedule",
    "Service",
    "Team",
    "User",
]
