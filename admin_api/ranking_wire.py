"""What the operators' JSON says of rankings: one struct per thing, its fields the names on the wire."""

from typing import Annotated, Any

import msgspec

from amphi.rules.ranking.run import RunGesture, Stage

Whole = Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]
Text = Annotated[str, msgspec.Meta(max_length=10_000)]
Name = Annotated[str, msgspec.Meta(max_length=200)]


class Perimeter(msgspec.Struct, frozen=True, kw_only=True):
    """`regime` empty: all regimes together."""

    id: str
    name: str
    profession: str
    regime: str
    adjustment: str
    seniority_scope: str


class JobAsked(msgspec.Struct, frozen=True):
    """`look`: the address of its progress."""

    job: str
    look: str


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """`state`: queued, running, done, refused (`report` has `code`, `detail`, `facts`), failed."""

    id: str
    kind: str
    state: str
    percent: int
    counts: dict[str, Any]
    report: dict[str, Any]
    asked_at: str
    ended_at: str | None


class Ranking(msgspec.Struct, frozen=True, kw_only=True):
    """A run of a perimeter; `semester`: the one chosen for."""

    id: str
    perimeter: str
    perimeter_name: str
    regime: str
    semester: str
    n: int
    stage: Stage
    superseded: bool
    late_movement: bool
    changed: bool
    contests_until: str | None
    started_at: str


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A run with where it stands; `allowed`: what may be tried in this stage."""

    ranking: Ranking
    lines: int
    unranked: int
    holes: int
    tie_groups: int
    ties_left: int
    contests: int
    contests_open: int
    allowed: list[RunGesture]


class RankedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the run. `rank`: common to a tie; None, with the `reason`: unranked.

    `place`: standard, leaving, entering; `removed`: left since, a hole.
    """

    person: str
    first_name: str
    last_name: str
    discipline: str
    place: str
    call_rank: int | None
    rank: int | None
    tied: bool
    removed: bool
    seniority: int | None
    cohort: int
    local_rank: int | None
    cohort_size: int | None
    theoretical_cohort: int | None
    theoretical_size: int | None
    adjusted_rank: str | None
    reason: str | None


class Tie(msgspec.Struct, frozen=True):
    """A group of ex aequo: as it stands, and the order suggested (oldest exam first)."""

    rank: int
    treated: bool
    lines: list[RankedLine]
    suggested: list[str]


class Step(msgspec.Struct, frozen=True):
    """One step of the computation, in French, with its inputs and its figure."""

    code: str
    text: str
    formula: str
    figure: str
    facts: dict[str, Any]


class Explanation(msgspec.Struct, frozen=True):
    """Every line of one intern in a run."""

    line: RankedLine
    steps: list[Step]


class Contest(msgspec.Struct, frozen=True, kw_only=True):
    """`says`: the intern's words; `answer`: empty while `state` is open."""

    id: str
    person: str
    says: str
    filed_at: str
    state: str
    answer: str
    answered_at: str | None


class CallList(msgspec.Struct, frozen=True, kw_only=True):
    """One version; `state`: provisional or frozen; `digest`: SHA-256 over its lines."""

    id: str
    ranking: str
    perimeter: str
    perimeter_name: str
    regime: str
    semester: str
    version: int
    state: str
    made_at: str
    digest: str
    interns: int


class ListLine(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of DCI §7."""

    call_rank: int
    person: str
    first_name: str
    last_name: str
    des: str
    place: str
    seniority: int
    cohort: int
    cohort_size: int
    local_rank: int
    theoretical_cohort: int
    theoretical_size: int | None
    adjusted_rank: str


class PlannedSession(msgspec.Struct, frozen=True, kw_only=True):
    """`worst_end`: if everybody uses the full time."""

    n: int
    from_rank: int
    to_rank: int
    starts_at: str
    ends_at: str
    worst_end: str


class SessionPlanned(msgspec.Struct, frozen=True):
    sessions: list[PlannedSession]


class Fed(msgspec.Struct, frozen=True):
    """`version`: of the amphi's call list; `seq`: where it was journaled, None when it needs not be."""

    amphi: str
    version: int
    seq: int | None


class StartCertificate(msgspec.Struct, frozen=True, kw_only=True):
    """Which call list session 1 began with; `receipt`: the hash of the journal's line."""

    amphi: str
    started_at: str
    seq: int
    receipt: str
    amphi_version: int
    call_list: str | None
    list_version: int | None
    digest: str | None
