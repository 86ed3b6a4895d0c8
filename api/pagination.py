"""Cursor pages with ``results`` and ``next``."""

from typing import Any

from rest_framework.pagination import CursorPagination
from rest_framework.response import Response


class Cursor(CursorPagination):
    """Fifty rows a page, in a stable order."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"
    ordering = ("pk",)

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"results": data, "next": self.get_next_link()})
