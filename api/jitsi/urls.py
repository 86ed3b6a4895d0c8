"""Addresses for the room server."""

from django.urls import path, re_path

from api.jitsi import keys

urlpatterns = [
    re_path(r"^keys/(?P<digest>[0-9a-f]{64})\.pem$", keys.pem),
    path("keys/jwks.json", keys.jwks),
]
