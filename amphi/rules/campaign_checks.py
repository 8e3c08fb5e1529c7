"""What must agree between the lines of a load file: ranks, sessions, DES, posts, people."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any, Generic, NamedTuple, TypeVar

from amphi.rules.campaign_fields import Findings
from amphi.rules.campaign_file import AmphiLine, InternLine, PostLine, SessionLine
from amphi.rules.choosing.policy import AmphiPolicy
from amphi.rules.ids import DesCode, Millis

_Line = TypeVar("_Line")


class Placed(NamedTuple, Generic[_Line]):
    """A line that was read without a fault, and its path in the file."""

    path: str
    line: _Line


class AmphiDraft(NamedTuple):
    """An amphi as far as it could be read; `whole`: each of its sessions could."""

    path: str
    code: str
    group: str
    regime: str
    policy: AmphiPolicy
    opens_at: Millis | None
    interns: list[Placed[InternLine]]
    sessions: list[Placed[SessionLine]]
    whole: bool

    def finished(self) -> AmphiLine:
        return AmphiLine(
            code=self.code,
            group=self.group,
            regime=self.regime,
            interns=tuple(each.line for each in self.interns),
            sessions=tuple(each.line for each in sorted(self.sessions, key=_first_rank)),
            policy=self.policy,
            opens_at=self.opens_at,
        )


class Draft(NamedTuple):
    """A file as far as it could be read."""

    campaign: dict[str, str]
    des: tuple[DesCode, ...]
    posts: list[Placed[PostLine]]
    amphis: list[AmphiDraft]

    @property
    def interns(self) -> Iterable[Placed[InternLine]]:
        return (each for amphi in self.amphis for each in amphi.interns)


def check(draft: Draft, now: Millis, findings: Findings) -> None:
    """Every check, in the order of the file."""
    _posts(draft, findings)
    _known_des(draft, findings)
    _codes(draft, findings)
    for amphi in draft.amphis:
        _ranks(amphi, findings)
        _sessions(amphi, now, findings)
    _people(draft, findings)
    _holders(draft, findings)
    _enough_posts(draft, findings)


def _posts(draft: Draft, findings: Findings) -> None:
    first: dict[str, str] = {}
    for path, post in draft.posts:
        if post.number in first:
            facts = {"number": post.number, "first": first[post.number]}
            findings.fault(f"{path}.number", "duplicate_post", **facts)
        first.setdefault(post.number, path)
        if post.finess and not has_finess_key(post.finess):
            findings.warn(f"{path}.finess", "bad_finess", value=post.finess)


def _known_des(draft: Draft, findings: Findings) -> None:
    """DES codes are free unless `offer.des` lists them (protocol.md §5)."""
    if not draft.des:
        return
    for path, post in draft.posts:
        _des(f"{path}.des", post.des, draft, findings)
        for code in post.reserved_for:
            if code != post.des:
                _des(f"{path}.reserved", code, draft, findings)
    for path, intern in draft.interns:
        _des(f"{path}.des", intern.des, draft, findings)


def _des(path: str, code: DesCode, draft: Draft, findings: Findings) -> None:
    if code not in draft.des:
        findings.fault(path, "unknown_des", des=code)


def _codes(draft: Draft, findings: Findings) -> None:
    first: dict[str, str] = {}
    for amphi in draft.amphis:
        if amphi.code in first:
            facts = {"value": amphi.code, "first": first[amphi.code]}
            findings.fault(f"{amphi.path}.code", "duplicate_code", **facts)
        elif amphi.code:  # a missing code is a fault already
            first[amphi.code] = amphi.path


def _ranks(amphi: AmphiDraft, findings: Findings) -> None:
    first: dict[int, str] = {}
    for path, intern in amphi.interns:
        if intern.call_rank in first:
            facts = {"rank": intern.call_rank, "first": first[intern.call_rank]}
            findings.fault(f"{path}.call_rank", "duplicate_rank", **facts)
        first.setdefault(intern.call_rank, path)
    for before, after in pairwise(sorted({0, *first})):
        if after > before + 1 and not findings.faults:
            hole = ranks_between(before + 1, after - 1)
            findings.warn(f"{amphi.path}.interns", "hole_in_ranks", **hole)


def _sessions(amphi: AmphiDraft, now: Millis, findings: Findings) -> None:
    """Sessions cut the call list without overlap or gap (live-rules.md §1: a partition)."""
    for path, session in amphi.sessions:
        _one_session(path, session, now, findings)
    in_order = sorted(amphi.sessions, key=_first_rank)
    for before, after in pairwise(in_order):
        _neighbours(before, after, findings)
    if amphi.whole and in_order:
        _covered(amphi, in_order, findings)


def _one_session(path: str, session: SessionLine, now: Millis, findings: Findings) -> None:
    if session.to_rank < session.from_rank:
        findings.fault(f"{path}.to_rank", "session_reversed")
    if session.ends_at is not None and session.ends_at <= session.starts_at:
        findings.fault(f"{path}.ends_at", "session_ends_before")
    if session.starts_at < now:
        findings.warn(f"{path}.starts_at", "planned_in_the_past")


def _neighbours(
    before: Placed[SessionLine], after: Placed[SessionLine], findings: Findings
) -> None:
    last, first = before.line.to_rank, after.line.from_rank
    if first <= last:
        facts = {"rank": first, "first": before.path}
        findings.fault(f"{after.path}.from_rank", "sessions_overlap", **facts)
    elif first > last + 1:
        gap = ranks_between(last + 1, first - 1)
        findings.fault(f"{after.path}.from_rank", "sessions_gap", **gap)
    if after.line.starts_at < before.line.starts_at:
        findings.fault(f"{after.path}.starts_at", "sessions_out_of_order", first=before.path)


def ranks_between(low: int, high: int) -> dict[str, Any]:
    """Facts of a hole, with its words: one rank is no range."""
    ranks = f"le rang {low}" if low == high else f"les rangs {low} à {high}"
    return {"low": low, "high": high, "ranks": ranks}


def _covered(amphi: AmphiDraft, sessions: list[Placed[SessionLine]], findings: Findings) -> None:
    """Before the first and after the last session; what lies between is a gap, said once."""
    low = sessions[0].line.from_rank
    high = max(each.line.to_rank for each in sessions)
    for path, intern in amphi.interns:
        if not low <= intern.call_rank <= high:
            findings.fault(f"{path}.call_rank", "rank_without_session", rank=intern.call_rank)


def _people(draft: Draft, findings: Findings) -> None:
    """One person has one id all over a campaign; one amphi calls a person once."""
    for amphi in draft.amphis:
        _once(amphi, findings)
    first: dict[str, Placed[InternLine]] = {}
    emails: dict[str, Placed[InternLine]] = {}
    for placed in draft.interns:
        known = first.setdefault(placed.line.id, placed)
        if _who(known.line) != _who(placed.line):
            facts = {"id": placed.line.id, "first": known.path}
            findings.fault(f"{placed.path}.id", "intern_differs", **facts)
        same = emails.setdefault(placed.line.email.casefold(), placed)
        if same.line.id != placed.line.id:
            findings.warn(f"{placed.path}.email", "duplicate_email", first=same.path)


def _once(amphi: AmphiDraft, findings: Findings) -> None:
    first: dict[str, str] = {}
    for path, intern in amphi.interns:
        if intern.id in first:
            facts = {"id": intern.id, "first": first[intern.id]}
            findings.fault(f"{path}.id", "duplicate_intern", **facts)
        first.setdefault(intern.id, path)


def _who(intern: InternLine) -> tuple[str, str, str]:
    return intern.first_name, intern.last_name, intern.email.casefold()


def _holders(draft: Draft, findings: Findings) -> None:
    """One holder, one grant per campaign, pending ones included (live-rules.md §6)."""
    first: dict[str, Placed[InternLine]] = {}
    for placed in draft.interns:
        if placed.line.proxy is None:
            continue
        if placed.line.expected_absence:
            findings.fault(f"{placed.path}.proxy", "absent_with_proxy")
        known = first.setdefault(placed.line.proxy.email.casefold(), placed)
        if known is not placed:
            findings.fault(f"{placed.path}.proxy.email", "duplicate_holder", first=known.path)


def _enough_posts(draft: Draft, findings: Findings) -> None:
    choosing = sum(not each.line.expected_absence for each in draft.interns)
    if not findings.faults and len(draft.posts) < choosing:
        facts = {"posts": len(draft.posts), "interns": choosing}
        findings.warn("offer.posts", "fewer_posts_than_interns", **facts)


def has_finess_key(number: str) -> bool:
    """Nine digits with a Luhn key; Corsica's 2A and 2B count as 21 and 22."""
    digits = number.upper().replace("2A", "21", 1).replace("2B", "22", 1)
    if len(digits) != 9 or not (digits.isascii() and digits.isdigit()):
        return False
    odd = [int(each) for each in digits[-1::-2]]
    doubled = [int(each) * 2 for each in digits[-2::-2]]
    return (sum(odd) + sum(each - 9 if each > 9 else each for each in doubled)) % 10 == 0


def _first_rank(placed: Placed[SessionLine]) -> int:
    return placed.line.from_rank
