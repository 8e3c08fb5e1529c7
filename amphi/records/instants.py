"""Milliseconds since 1970 UTC in the rules, `timestamptz` in the tables."""

from datetime import UTC, datetime, timedelta

from amphi.rules.ids import Millis

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(at: Millis) -> datetime:
    """Exact: no float in between."""
    return EPOCH + timedelta(milliseconds=at)


def millis(at: datetime) -> Millis:
    """Whole milliseconds, rounded down."""
    return (at - EPOCH) // timedelta(milliseconds=1)
