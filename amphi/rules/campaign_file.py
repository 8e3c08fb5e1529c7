"""A load file (protocol.md §5) as values: a campaign, one offer, the amphis that choose from it.

Several files with the same campaign (name, semester, territory) make several offers of it.
"""

import msgspec

from amphi.rules.choosing.facts import ChoiceStatus
from amphi.rules.choosing.policy import AmphiPolicy
from amphi.rules.ids import DesCode, Millis, PostNumber, ServiceNumber

REGIMES = ("OLD", "BASE", "ADVANCED", "CONSOLIDATION")  # glossary.md, TrainingRegime


class PostLine(msgspec.Struct, frozen=True):
    """One seat with its description (DCI §8).

    `service` is its name, `imotep` the number that posts are grouped by; `reserved_for`: DES codes
    whose interns alone may take it, empty: not reserved (DCI §8.2).
    """

    number: PostNumber
    des: DesCode
    establishment: str
    service: str
    finess: str = ""
    imotep: ServiceNumber = ServiceNumber("")
    supervisor: str = ""
    department: str = ""
    earmark: str = ""
    reserved_for: tuple[DesCode, ...] = ()
    regimes: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


class ProxyLine(msgspec.Struct, frozen=True):
    """A proxy granted before the amphi (DCI §6); `accepted`: the holder has an account."""

    email: str
    first_name: str
    last_name: str
    accepted: bool = True


class InternLine(msgspec.Struct, frozen=True):
    """One intern of one amphi's call list; `id` is the file's own, the same all over a campaign."""

    id: str
    call_rank: int
    first_name: str
    last_name: str
    email: str
    des: DesCode
    choice_status: ChoiceStatus = ChoiceStatus.STANDARD
    expected_absence: bool = False
    extra_seconds: int = 0
    proxy: ProxyLine | None = None


class SessionLine(msgspec.Struct, frozen=True):
    """A slice of the call list; planned instants in ms since 1970 UTC, information only."""

    from_rank: int
    to_rank: int
    starts_at: Millis
    ends_at: Millis | None = None


class AmphiLine(msgspec.Struct, frozen=True):
    code: str
    group: str
    regime: str
    interns: tuple[InternLine, ...]
    sessions: tuple[SessionLine, ...]
    policy: AmphiPolicy = AmphiPolicy()
    opens_at: Millis | None = None


class CampaignFile(msgspec.Struct, frozen=True):
    """What a file without faults says; amphis in the order in which they choose from the offer."""

    name: str
    semester: str
    territory: str
    posts: tuple[PostLine, ...]
    amphis: tuple[AmphiLine, ...]
    des: tuple[DesCode, ...] = ()
