"""What signing in leaves behind: sessions that have ended, failed tries. They run on real time."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings

TRIES_KEPT = timedelta(days=7)
"""Network addresses in it are personal; a week is enough to see an attack."""


def forget() -> None:
    """End sessions that are over and tries that are old; safe to run twice."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    before = datetime.now(UTC) - TRIES_KEPT
    for model in (AccessAttempt, AccessFailureLog, AccessLog):
        model.objects.filter(attempt_time__lt=before).delete()
