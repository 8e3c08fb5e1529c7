"""The contest window: interns say what is wrong with their line, operators answer (ranking.md §5)."""

from enum import StrEnum

import msgspec

from amphi.rules.ids import Millis, PersonId

LONGEST = 4000  # characters of a contest or of its answer


class ContestState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Contest(msgspec.Struct, frozen=True, kw_only=True):
    """`says`: the intern's words; `answer`: the operator's, empty while OPEN."""

    id: str
    person: PersonId
    says: str
    filed_at: Millis
    state: ContestState = ContestState.OPEN
    answer: str = ""
    answered_by: str = ""
    answered_at: Millis | None = None
