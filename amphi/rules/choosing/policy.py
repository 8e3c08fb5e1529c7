"""What an ARS may set for one amphi; written into the journal when the amphi is validated."""

from typing import Annotated, Literal

import msgspec

from amphi.rules.ids import Millis

AbsentClock = Annotated[str, msgspec.Meta(pattern=r"^(FULL|SKIP|GRACE [1-9][0-9]{0,3})$")]


class AmphiPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The points that live-rules.md marks **(policy)**, with their defaults.

    `turn_seconds`: seconds of a turn, without an entry's own extra time (DCI §1: 90).
    `grace_ms`: network tolerance after the deadline, never displayed (live-rules.md §2).
    `absent_clock`: `FULL`, `SKIP`, or `GRACE n` with n seconds (live-rules.md §2).
    `soon_ahead` is not a policy: DCI §10 says 4.
    """

    turn_seconds: Annotated[int, msgspec.Meta(ge=1, le=3600)] = 90
    grace_ms: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 1000
    absent_clock: AbsentClock = "FULL"
    pause_resumes: Literal["REMAINING", "FULL"] = "REMAINING"
    late_order: Literal["RANK", "ARRIVAL"] = "RANK"
    max_returns: Annotated[int, msgspec.Meta(ge=0, le=100)] = 2
    ahead_counts: Literal["ALL", "PRESENT"] = "ALL"
    non_validant_targets: Literal["ANY", "TAKEN_ONLY"] = "ANY"
    validant_targets: Literal["FREE_OR_LOWER_RANKED", "FREE_ONLY"] = "FREE_OR_LOWER_RANKED"
    max_surnombre_per_service: Annotated[int, msgspec.Meta(ge=0)] | None = 1
    auto_start: bool = False
    parallel: bool = False
    thaw_countdown_seconds: Annotated[int, msgspec.Meta(ge=0, le=600)] = 10
    gateway_lost_seconds: Annotated[int, msgspec.Meta(ge=0, le=600)] = 30

    @property
    def turn_ms(self) -> Millis:
        return self.turn_seconds * 1000

    @property
    def skips_the_absent(self) -> bool:
        return self.absent_clock == "SKIP"

    @property
    def absent_grace_ms(self) -> Millis | None:
        """After how long an unattended turn is missed; None: it runs to its end."""
        if self.absent_clock == "FULL":
            return None
        return 0 if self.skips_the_absent else int(self.absent_clock.split()[1]) * 1000
