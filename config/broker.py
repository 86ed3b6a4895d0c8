"""The queue in the data base, with a quicker way in: a task is put there with every change."""

from django.utils import timezone
from django_q.brokers.orm import ORM
from django_q.models import OrmQ

from scheduler.models.plain import insert


class Broker(ORM):
    """django-q's own, but for the insert, which is written once."""

    def enqueue(self, task: str) -> int:
        """In the transaction of the change; answers the row's id."""
        row = OrmQ(key=self.list_key, payload=task, lock=timezone.now())
        insert([row])
        return int(row.pk)
