"""What no input may cause: a line of log that speaks of a bug, a socket dropped without a word."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

# 1002, 1003, 1007, 1009 are the library's own, for what RFC 6455 forbids; 1000 and 1001 are ours.
CLOSES = {1000, 1001, 1002, 1003, 1007, 1009, 1012, 4008, 4400, 4401, 4403, 4408, 4409, 4410, 4429}


class _Errors(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(self.format(record))


@contextmanager
def no_complaint() -> Iterator[None]:
    """Fails when a program logs an error, whichever way: structlog, logging, asyncio."""
    errors = _Errors()
    logging.getLogger().addHandler(errors)
    try:
        with structlog.testing.capture_logs() as logs:
            yield
    finally:
        logging.getLogger().removeHandler(errors)
    bad = [each for each in logs if each["log_level"] in ("error", "critical")]
    assert bad == []
    assert errors.said == []
