"""Logs of what runs inside a one-shot command: on the error output, and only what went wrong."""

import logging
import sys

import structlog


def only_errors() -> None:
    """The standard output is for what was asked, and for machines that read it."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
