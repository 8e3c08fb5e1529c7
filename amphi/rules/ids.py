"""Distinct types for distinct ids: parsed once at the edge, trusted inside."""

from typing import NewType

OfferId = NewType("OfferId", str)
AmphiId = NewType("AmphiId", str)
EntryId = NewType("EntryId", str)  # one line of one amphi's call list; what the wire shows
PersonId = NewType("PersonId", str)  # never on the wire: people appear there by entry
PostNumber = NewType("PostNumber", str)
TurnId = NewType("TurnId", str)
DesCode = NewType("DesCode", str)
ServiceNumber = NewType("ServiceNumber", str)  # the IMOTEP number that posts are grouped by

Millis = int  # instants: milliseconds since 1970 UTC; spans: milliseconds
