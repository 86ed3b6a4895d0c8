"""All addresses; the pages come last, since an office's name may be the first part of one."""

from django.contrib import admin
from django.urls import include, path

from config import health, metrics

handler400 = "frontend.http.bad_request"
handler403 = "frontend.http.forbidden"
handler404 = "frontend.http.not_found"
handler500 = "frontend.http.server_error"

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", metrics.metrics),
    path("api/v1/", include("api.urls")),
    path("jitsi/", include("api.jitsi.urls")),
    path("sms/", include("api.sms.urls")),
    path("operators/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("", include("frontend.urls")),
]
