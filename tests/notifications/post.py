"""A real SMTP server for tests: keeps what it gets, and can refuse or hang up."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default

from aiosmtpd.controller import Controller


class Post:
    """``answers`` are given first, one a mail; ``drop`` takes the text and hangs up without a word."""

    def __init__(self):
        self.mails, self.answers, self.lock, self.port = [], [], threading.Lock(), 0

    def next_answer(self):
        """What is said to this mail."""
        return self.answers.pop(0) if self.answers else "250 OK"

    async def handle_DATA(self, server, session, envelope):
        with self.lock:
            answer = self.next_answer()
            if answer.startswith("250") or answer == "drop":
                self.mails.append(envelope.content)
        if answer == "drop":
            server.transport.abort()
        return answer

    def parsed(self):
        """The mails as objects."""
        return [message_from_bytes(mail, policy=default) for mail in self.mails]


@contextmanager
def serve(post: Post | None = None) -> Iterator[Post]:
    """A server on a free port of this machine."""
    post = post or Post()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        post.port = probe.getsockname()[1]
    controller = Controller(post, hostname="127.0.0.1", port=post.port)
    controller.start()
    try:
        yield post
    finally:
        controller.stop()


@contextmanager
def receive(settings) -> Iterator[Post]:
    """What the product sends by SMTP arrives here."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_USE_TLS = False
    with serve() as post:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", post.port
        yield post
