"""What gunicorn reads at its start: its own logs show no personal links and no tokens either."""

import gc
from typing import Any

from gunicorn.glogging import Logger

from config.logs import NoLinks


class CleanLogger(Logger):
    """Gunicorn logs past Django's handlers: what failed, and each request where asked to."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.addFilter(NoLinks())


logger_class = CleanLogger


def post_worker_init(worker: Any) -> None:
    """What was loaded at the start stays: looking through it for garbage again and again finds none.

    A search for a thousand caseworkers makes so many objects that Python's thresholds would do that often.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
