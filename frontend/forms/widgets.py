"""Inputs as phones understand them: the right keyboard, the right picker, the right proposal."""

from django import forms


class DateInput(forms.DateInput):
    """A date picker; browsers send and expect ISO dates."""

    input_type = "date"

    def __init__(self, attrs: dict[str, str] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """A time picker; browsers send and expect 24 hours."""

    input_type = "time"

    def __init__(self, attrs: dict[str, str] | None = None) -> None:
        super().__init__(attrs=attrs, format="%H:%M")


class PhoneInput(forms.TextInput):
    """A telephone number."""

    input_type = "tel"

    def __init__(self, attrs: dict[str, str] | None = None) -> None:
        super().__init__(attrs={"autocomplete": "tel", **(attrs or {})})


class CodeInput(forms.TextInput):
    """A one-time code: phones propose it from the message, and it may be pasted."""

    def __init__(self, attrs: dict[str, str] | None = None) -> None:
        hints = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        super().__init__(attrs={**hints, "class": "sz-code", **(attrs or {})})
