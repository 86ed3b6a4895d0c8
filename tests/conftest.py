"""What all tests share."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings


class Clock:
    """Moves the product's clock, in every process that reads the same file."""

    def to(self, moment: datetime) -> None:
        """It is this moment now."""
        offset = (moment - datetime.now(UTC)).total_seconds()
        Path(settings.CLOCK_FILE).write_text(str(offset))

    def reset(self) -> None:
        """It is as late as it is."""
        Path(settings.CLOCK_FILE).unlink(missing_ok=True)


@pytest.fixture
def clock():
    """The product's clock, set back at the end."""
    moved = Clock()
    yield moved
    moved.reset()
