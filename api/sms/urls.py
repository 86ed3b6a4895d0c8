"""Addresses for those who carry our SMS."""

from django.urls import path

from api.sms import gateway, twilio

urlpatterns = [
    path("twilio/status/<uuid:message>", twilio.status),
    path("twilio/reply", twilio.reply),
    path("gateway/status/<uuid:message>", gateway.status),
]
