"""A fuzzer that cannot see a fault finds none."""

import logging

import pytest
import structlog

from tests.fuzz.watching import no_complaint


def test_an_error_logged_either_way_is_seen() -> None:
    with pytest.raises(AssertionError), no_complaint():
        structlog.get_logger().error("bug")
    with pytest.raises(AssertionError), no_complaint():
        logging.getLogger("asyncio").error("Task exception was never retrieved")


def test_a_refusal_is_no_error() -> None:
    with no_complaint():
        structlog.get_logger().warning("not_well")
        logging.getLogger("asyncio").info("…")
