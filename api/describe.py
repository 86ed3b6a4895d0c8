"""What every call has in common, for the OpenAPI description."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `code` is stable; further members depend on it, such as `alternatives`.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "examples": ["slot_taken", "not_offered", "invalid", "not_found"]},
        "errors": {"type": "object", "description": "Per field, where a value makes no sense."},
        "alternatives": {
            "type": "array",
            "items": {"type": "string", "format": "date-time"},
            "description": "With `slot_taken` and `not_offered`: the nearest free starts, three at most.",
        },
    },
}
REFUSED = {
    "description": "Every refusal is a problem document.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


class KeyScheme(OpenApiAuthenticationExtension):
    """``Authorization: Bearer sz_…``"""

    target_class = "api.authentication.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A key of one office, with scopes."}


def with_problems(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Postprocessing: any call may be refused."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    for calls in result["paths"].values():
        for call in calls.values():
            call["responses"]["default"] = REFUSED
    return result
