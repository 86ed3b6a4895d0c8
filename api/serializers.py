"""What comes in, field by field."""

from rest_framework import serializers

from scheduler.models import Appointment
from scheduler.services import identity, people


class Start(serializers.DateTimeField):
    """An instant with its offset, within this century."""

    def to_internal_value(self, value: object) -> object:
        found = super().to_internal_value(value)
        if not 2000 <= found.year < 2100:
            self.fail("invalid", format="RFC 3339")
        return found


class HoldIn(serializers.Serializer):
    service = serializers.CharField(max_length=20)
    start = Start()
    mode = serializers.ChoiceField(["video", "phone", "on_site"])
    caseworker = serializers.CharField(max_length=20, required=False)
    interpreter = serializers.CharField(max_length=12, required=False, default="")


class ClientIn(serializers.Serializer):
    id = serializers.CharField(max_length=20, required=False)
    name = serializers.CharField(max_length=people.NAME_LENGTH, required=False)
    email = serializers.EmailField(required=False, allow_null=True)
    mobile = serializers.CharField(max_length=40, required=False, allow_null=True)
    language = serializers.CharField(max_length=12, required=False, default="de")
    external_reference = serializers.CharField(max_length=64, required=False, allow_null=True)

    def validate_mobile(self, value: str | None) -> str | None:
        return identity.normal_mobile(value) if value else None

    def validate(self, attrs: dict) -> dict:
        if not attrs.get("id") and not attrs.get("name"):
            raise serializers.ValidationError({"name": "Name or id is needed."}, code="required")
        return attrs


class AppointmentIn(HoldIn):
    client = ClientIn()
    hold = serializers.UUIDField(required=False)
    location = serializers.CharField(max_length=20, required=False)
    note = serializers.CharField(max_length=500, required=False, default="", allow_blank=True)
    special = serializers.BooleanField(required=False, default=False)


class CancelIn(serializers.Serializer):
    by = serializers.ChoiceField(["client", "office"])
    reason = serializers.ChoiceField([code for code, _ in Appointment.REASONS], required=False, default="")


class RescheduleIn(serializers.Serializer):
    start = Start()
    caseworker = serializers.CharField(max_length=20, required=False)


class ModeIn(serializers.Serializer):
    mode = serializers.ChoiceField(["video", "phone", "on_site"])


class OutcomeIn(serializers.Serializer):
    status = serializers.CharField(max_length=20)


class HandoverIn(serializers.Serializer):
    caseworker = serializers.CharField(max_length=20)


class JoinIn(serializers.Serializer):
    locals()["as"] = serializers.ChoiceField(["caseworker", "client"])


class ClientPatch(serializers.Serializer):
    name = serializers.CharField(max_length=people.NAME_LENGTH, required=False)
    email = serializers.EmailField(required=False, allow_null=True)
    mobile = serializers.CharField(max_length=40, required=False, allow_null=True)
    language = serializers.CharField(max_length=12, required=False)

    def validate_mobile(self, value: str | None) -> str | None:
        return identity.normal_mobile(value) if value else None
