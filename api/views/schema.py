"""The description itself, open to everybody."""

from drf_spectacular.views import SpectacularAPIView

from api.views.base import InEnglish


class SchemaView(InEnglish, SpectacularAPIView):
    """OpenAPI 3.1 of this API, as YAML or with `?format=json`."""

    authentication_classes = []
    permission_classes = []
