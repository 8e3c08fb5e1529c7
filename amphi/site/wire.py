"""What the site's JSON says: one struct per thing, its fields the names on the wire."""

import msgspec

from amphi.rules.choosing.facts import ChoiceStatus
from amphi.rules.choosing.state import Phase


class Amphi(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the list of amphis (DCI §9). `starts_at`: planned, of its first session."""

    id: str
    code: str
    group: str
    regime: str
    campaign: str
    campaign_name: str
    semester: str
    territory: str
    phase: Phase
    opens_at: str | None
    starts_at: str | None
    interns: int


class ChoiceSession(msgspec.Struct, frozen=True):
    """A choice session with its planned times, which are information (live-rules.md §1)."""

    n: int
    from_rank: int = msgspec.field(name="from")
    to_rank: int = msgspec.field(name="to")
    starts_at: str
    ends_at: str | None
    state: str


class Standing(msgspec.Struct, frozen=True):
    """One's place in an amphi, as its intern or as the holder of a proxy.

    `ahead`: how many will be called before; None: served, missed, or not known at this moment.
    """

    role: str
    entry: str
    call_rank: int
    session: int | None
    ahead: int | None


class AmphiInFull(Amphi, frozen=True, kw_only=True):
    """`places` is empty for whoever is not signed in, or not of this amphi."""

    frozen: bool
    sessions: list[ChoiceSession]
    places: list[Standing]


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """A seat of the offer (DCI §8). `open_to_amphi`: proposed to this amphi's regime and group."""

    number: str
    des: str
    establishment: str
    finess: str
    service: str
    imotep: str
    supervisor: str
    department: str
    earmark: str
    reserved_for: tuple[str, ...]
    regimes: tuple[str, ...]
    groups: tuple[str, ...]
    withdrawn: bool
    open_to_amphi: bool


class Line(msgspec.Struct, frozen=True):
    """A line of the call list as everybody sees it (DCI §7)."""

    entry: str
    call_rank: int
    first_name: str
    last_name: str
    des: str
    expected_absence: bool


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """Who has which post (DCI §11); nothing of types of choice (live-rules.md §12).

    `des`: the post's; `intern_des`: of whoever chose it.
    """

    amphi: str
    code: str
    group: str
    regime: str
    semester: str
    entry: str
    call_rank: int
    first_name: str
    last_name: str
    intern_des: str
    post: str
    des: str
    establishment: str
    service: str
    supervisor: str
    department: str
    made_at: str


class Grant(msgspec.Struct, frozen=True):
    """One's own proxy: "a reminder of the holder's e-mail" (DCI §6.1)."""

    state: str
    holder: str


class MyEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a call list as its own intern sees it. `receipt`: hash of the choice's event."""

    amphi: str
    code: str
    campaign_name: str
    semester: str
    phase: Phase
    entry: str
    call_rank: int
    session: int | None
    des: str
    choice_status: ChoiceStatus
    expected_absence: bool
    extra_seconds: int
    proxy: Grant | None
    post: str | None
    seq: int | None
    receipt: str | None


class HeldEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A line that one holds a proxy of: what choosing needs, nothing of the grantor's status."""

    amphi: str
    code: str
    campaign_name: str
    semester: str
    phase: Phase
    entry: str
    first_name: str
    last_name: str
    call_rank: int
    session: int | None
    des: str
    post: str | None
    seq: int | None
    receipt: str | None


class Me(msgspec.Struct, frozen=True):
    """Whoever is signed in."""

    first_name: str
    last_name: str
    email: str | None
    entries: list[MyEntry]
    held: list[HeldEntry]
