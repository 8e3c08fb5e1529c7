"""Instants as the wire writes them: ISO 8601, UTC, milliseconds (protocol.md)."""

from datetime import UTC, datetime, timedelta

from amphi.rules.ids import Millis

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def iso(instant: Millis) -> str:
    """`2026-10-06T07:00:00.000Z` for milliseconds since 1970 UTC."""
    moment = _EPOCH + timedelta(milliseconds=instant)
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
