"""Bodies are small JSON objects."""

from collections.abc import Mapping
from typing import Any

from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

LARGEST = 64 * 1024


class TooLarge(APIException):
    """The body is larger than any sensible wish."""

    status_code, default_code, default_detail = 413, "too_large", "At most 64 KiB."


class SmallJSON(JSONParser):
    """JSON, an object, at most 64 KiB."""

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        request = (parser_context or {})["request"]
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
            raise TooLarge
        try:
            found = super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError("nested too deeply") from None
        if not isinstance(found, dict):
            raise ParseError("not an object")
        return found
