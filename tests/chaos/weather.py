"""Mail server, SMS provider and broker of the chaos tests: real ones that fail at random moments."""

import asyncio
import random
import shutil
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path

import redis

from tests.notifications import post as posts
from tests.notifications import providers

FAILING = 0.1
MAIL_FAULTS = ("421 closing", "451 later", "550 not here", "drop", "hang")
SMS_FAULTS = (500, 503, (429, {}), "close", "close_after", "hang", "late")
MAIL_HANGS = (0.3, 4.0)
"""Seconds: within the end of a send, and beyond it."""


class StormyPost(posts.Post):
    """Fails a tenth of the time: busy, refusing, hanging up after the text, silent for a while."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: Counter[str] = Counter()

    def next_answer(self) -> str:
        answer = random.choice(MAIL_FAULTS) if random.random() < FAILING else "250 OK"
        self.faults[answer[:4]] += answer != "250 OK"
        return answer

    async def handle_DATA(self, server, session, envelope):
        answer = await super().handle_DATA(server, session, envelope)
        if answer != "hang":
            return answer
        with self.lock:
            self.mails.append(envelope.content)
        await asyncio.sleep(random.choice(MAIL_HANGS))
        return "250 OK at last"

    def told(self) -> Counter[str]:
        """How often each Message-ID was taken."""
        return Counter(message_from_bytes(mail)["Message-ID"] for mail in self.mails)


class StormyProvider(providers.Provider):
    """Fails a tenth of the time, before or after it has taken the SMS; late: a second after a send's end."""

    pause, late = 0.5, 3.0

    def __init__(self) -> None:
        super().__init__()
        self.faulty = 0

    def next_answer(self) -> object:
        if random.random() >= FAILING:
            return None
        self.faulty += 1
        return random.choice(SMS_FAULTS)

    def next_finding(self) -> object:
        return random.choice((500, (200, {}))) if random.random() < FAILING else None

    def told(self) -> Counter[str]:
        """How often each of our references was taken."""
        return Counter(one["reference"] for one in self.taken)


@contextmanager
def outside() -> Iterator[tuple[StormyPost, StormyProvider, dict[str, str]]]:
    """Both, and the environment in which workers find them."""
    with posts.serve(StormyPost()) as post, providers.serve("gateway", StormyProvider()) as provider:
        yield (
            post,
            provider,
            {
                "EMAIL_URL": f"smtp://127.0.0.1:{post.port}",
                "SMS_PROVIDER": "gateway",
                "SMS_GATEWAY_TOKEN": "gateway token",
                "SMS_GATEWAY_URL": f"{provider.address}/messages",
                "SMS_GATEWAY_LOOKUP_URL": f"{provider.address}/messages/{{reference}}",
                "SMS_GATEWAY_FIELDS": "id=messageId",
                "SMS_PER_OFFICE_AND_DAY": "100000",
            },
        )


class Broker:
    """A Redis server that can be killed and comes back empty."""

    def __init__(self, port: int, folder: Path) -> None:
        self.port, self.folder = port, folder
        self.server: subprocess.Popen[bytes] | None = None

    @staticmethod
    def is_installed() -> bool:
        """Is there one on this machine?"""
        return shutil.which("redis-server") is not None

    @property
    def url(self) -> str:
        """Where it is found."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """And wait until it answers."""
        options = ["--port", str(self.port), "--save", "", "--appendonly", "no", "--bind", "127.0.0.1"]
        self.server = subprocess.Popen(
            ["redis-server", *options, "--dir", str(self.folder)], stdout=subprocess.DEVNULL
        )
        for _ in range(100):
            try:
                if redis.from_url(self.url).ping():
                    return
            except redis.ConnectionError:
                self.server.poll()
                asyncio.run(asyncio.sleep(0.05))
        raise AssertionError("redis-server does not answer")

    def kill(self) -> None:
        """With all that it knows."""
        if self.server:
            self.server.kill()
            self.server.wait()


def free_port() -> int:
    """A port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
