"""Addresses for the room server."""

from django.urls import path, re_path

from api.jitsi import conference, events, keys

urlpatterns = [
    path("conference", conference.conferences),
    path("conference/<str:conference>", conference.conference),
    path("events/room/created", events.room_created),
    path("events/room/destroyed", events.room_destroyed),
    path("events/occupant/joined", events.occupant_joined),
    path("events/occupant/left", events.occupant_left),
    re_path(r"^keys/(?P<digest>[0-9a-f]{64})\.pem$", keys.pem),
    path("keys/jwks.json", keys.jwks),
]
