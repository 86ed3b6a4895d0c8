"""Operators look, they do not touch: every table of the core, read-only, for superusers."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import Field, Model
from django.http import HttpRequest

HIDDEN = {"password", "digest", "nonce", "room", "room_owner", "key", "fingerprint"}
"""Never shown: what opens something."""


class ReadOnly(admin.ModelAdmin):
    """Nothing can be added, changed or deleted here: changes leave events, and those are made by services."""

    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [field.name for field in _shown(self.model)]

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return ["__str__", *(field.name for field in _shown(self.model) if _fits_a_column(field))][:6]


def _shown(model: type[Model]) -> "list[Field[Any, Any]]":
    columns = [*model._meta.concrete_fields, *model._meta.many_to_many]
    return [field for field in columns if field.name not in HIDDEN]


def _fits_a_column(field: "Field[Any, Any]") -> bool:
    return not field.is_relation and field.get_internal_type() not in {"TextField", "JSONField"}


for _model in apps.get_app_config("scheduler").get_models(include_auto_created=False):
    admin.site.register(_model, ReadOnly)
