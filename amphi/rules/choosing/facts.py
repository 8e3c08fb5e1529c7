"""The facts that `validate` freezes from the rows: posts, entries, sessions, an amphi."""

from enum import StrEnum
from typing import Annotated

import msgspec

from amphi.rules.choosing.policy import AmphiPolicy
from amphi.rules.ids import AmphiId, DesCode, EntryId, Millis, PersonId, PostNumber, ServiceNumber

# What a calendar and a column can hold: an operator's slip beyond is `bad_command`, not a crash.
Instant = Annotated[Millis, msgspec.Meta(ge=0, lt=32_503_680_000_000)]  # until the year 3000
Count = Annotated[int, msgspec.Meta(ge=0, le=100_000)]


class ChoiceStatus(StrEnum):
    """Type de choix (DCI §5)."""

    STANDARD = "STANDARD"
    SURNOMBRE_VALIDANT = "SURNOMBRE_VALIDANT"
    SURNOMBRE_NON_VALIDANT = "SURNOMBRE_NON_VALIDANT"


class Post(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One seat of the offer, as far as the rules care; its description is a row, read over HTTP.

    `reserved_for`: DES codes whose interns alone may take it; empty: not reserved (DCI §8.2).
    `regimes`, `groups`: empty means every regime, every group of the offer.
    """

    number: PostNumber
    des: DesCode
    service: ServiceNumber
    reserved_for: tuple[DesCode, ...] = ()
    regimes: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


class Proxy(msgspec.Struct, frozen=True):
    """A grant (DCI §6). `holder` is the holder's account, known from the acceptance on."""

    id: str
    holder: PersonId | None = None

    @property
    def accepted(self) -> bool:
        return self.holder is not None


class EntryFacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One intern in one amphi, as frozen from the rows by `validate`."""

    id: EntryId
    person: PersonId
    call_rank: int
    des: DesCode
    choice_status: ChoiceStatus = ChoiceStatus.STANDARD
    extra_seconds: int = 0
    expected_absence: bool = False
    proxy: Proxy | None = None


class SessionFacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A choice session: ranks `from_rank` to `to_rank`, planned instants in ms (information only)."""

    n: Count
    from_rank: Count
    to_rank: Count
    starts_at: Instant
    ends_at: Instant | None = None


class AmphiFacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `validate` freezes into the journal; `position` is the order of amphis in the offer."""

    id: AmphiId
    code: str
    group: str
    regime: str
    position: int
    policy: AmphiPolicy
    sessions: tuple[SessionFacts, ...]
    entries: tuple[EntryFacts, ...]
    opens_at: Millis | None = None
    call_list_version: int = 1
