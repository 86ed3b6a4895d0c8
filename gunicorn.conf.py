"""What gunicorn reads at its start: its own logs show no personal links and no tokens either."""

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
