"""Instants as the wire writes them."""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amphi.rules.choosing.instants import iso


@pytest.mark.parametrize(
    ("instant", "written"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1, "1970-01-01T00:00:00.001Z"),
        (1_791_270_000_000, "2026-10-06T07:00:00.000Z"),
        (1_791_270_090_999, "2026-10-06T07:01:30.999Z"),
    ],
)
def test_instants_are_written_in_utc_with_milliseconds(instant: int, written: str) -> None:
    assert iso(instant) == written


@settings(deadline=None)
@given(st.integers(0, 4_102_444_800_000))
def test_an_instant_can_be_read_back(instant: int) -> None:
    assert round(datetime.fromisoformat(iso(instant)).timestamp() * 1000) == instant
