"""The stage of a scenario: its setting is built, its steps are played by the rules.

Interns are called by their names, which are their entries' ids; a person has the name of the entry
without its number (Ana2 is Ana's line in another amphi).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from amphi.rules.choosing import commands as c
from amphi.rules.choosing.facts import (
    AmphiFacts,
    ChoiceStatus,
    EntryFacts,
    Post,
    SessionFacts,
)
from amphi.rules.choosing.policy import AmphiPolicy
from amphi.rules.ids import AmphiId, PersonId
from tests.rules.choosing.builders import a_post, a_session, an_amphi, an_intern
from tests.rules.choosing.playing import Play
from tests.rules.choosing.scenario_language import Scenario

STATUSES = {
    "STANDARD": ChoiceStatus.STANDARD,
    "VALIDANT": ChoiceStatus.SURNOMBRE_VALIDANT,
    "NON_VALIDANT": ChoiceStatus.SURNOMBRE_NON_VALIDANT,
}
PHASES = ["planned", "validated", "open", "running"]


@dataclass
class Plan:
    """One amphi before it is validated."""

    id: str
    names: list[str] = field(default_factory=lambda: ["Ana", "Bilal", "Chloe", "David"])
    interns: dict[str, dict[str, Any]] = field(default_factory=dict)
    policy: dict[str, Any] = field(default_factory=dict)
    sessions: list[str] = field(default_factory=list)
    regime: str = "BASE"
    group: str = "PHARMACIE"

    def facts(self, position: int) -> AmphiFacts:
        return an_amphi(
            *self.entries(self.names),
            id=self.id,
            regime=self.regime,
            group=self.group,
            position=position,
            policy=msgspec.convert(self.policy, AmphiPolicy, strict=False),
            sessions=sessions(self.sessions or [f"1-{len(self.names)}"]),
        )

    def entries(self, names: list[str]) -> tuple[EntryFacts, ...]:
        return tuple(self._entry(rank, name) for rank, name in enumerate(names, start=1))

    def _entry(self, rank: int, name: str) -> EntryFacts:
        facts = {"person": person(name), "call_rank": rank} | self.interns.get(name, {})
        return msgspec.structs.replace(an_intern(rank, id=name), **facts)


def person(name: str) -> PersonId:
    return PersonId(name.rstrip("0123456789"))


def sessions(ranges: list[str]) -> tuple[SessionFacts, ...]:
    """`1-2 3-4`"""
    bounds = [each.split("-") for each in ranges]
    return tuple(a_session(n, int(a), int(b)) for n, (a, b) in enumerate(bounds, start=1))


class Stage:
    """What a scenario is played on: the offer, its amphis, who is here."""

    def __init__(self, scenario: Scenario) -> None:
        self.play = Play()
        self.plans = [Plan("P01")]
        self.posts: list[Post] = [a_post(str(number)) for number in (21872, 21873, 21874, 21875)]
        self.here: list[str] | None = None
        self.until = "running"
        for word, *rest in scenario.setting:
            SETTING[word](self, rest)
        self._prepare()

    def _prepare(self) -> None:
        everybody = [name for plan in self.plans for name in plan.names]
        self.play.here = {person(name) for name in (everybody if self.here is None else self.here)}
        steps = PHASES.index(self.until)
        for position, plan in enumerate(self.plans, start=1):
            facts = plan.facts(position)
            orders: list[c.AnyOrder] = [
                c.Validate(facts=facts, posts=tuple(self.posts)),
                c.Publish(),
                c.Start(),
            ]
            for order in orders[: steps if position == 1 else min(steps, 2)]:
                answer = self.play.operator(order, AmphiId(plan.id))
                assert isinstance(answer, tuple), answer

    def amphi_with(self, name: str) -> AmphiId:
        """Where `name` is on the call list; the first amphi for strangers."""
        found = (a.id for a in self.play.state.amphis.values() if name in a.entries)
        return next(found, AmphiId(self.plans[0].id))


# --- the setting ------------------------------------------------------------


def _amphi(stage: Stage, words: list[str]) -> None:
    """The first `amphi` renames the one there is, the others are further ones."""
    if stage.plans == [Plan("P01")]:
        stage.plans = []
    plan = Plan(words[0], names=[])
    for key, value in zip(words[1::2], words[2::2], strict=True):
        setattr(plan, key, value)
    stage.plans.append(plan)


def _interns(stage: Stage, words: list[str]) -> None:
    stage.plans[-1].names = words


def _intern(stage: Stage, words: list[str]) -> None:
    facts: dict[str, Any] = {}
    for key, value in zip(words[1::2], words[2::2], strict=True):
        facts |= INTERN[key](value)
    stage.plans[-1].interns[words[0]] = facts


INTERN: dict[str, Callable[[str], dict[str, Any]]] = {
    "des": lambda value: {"des": value},
    "status": lambda value: {"choice_status": STATUSES[value]},
    "extra": lambda value: {"extra_seconds": int(value)},
    "absence": lambda value: {"expected_absence": value == "yes"},
    "rank": lambda value: {"call_rank": int(value)},
}


def _policy(stage: Stage, words: list[str]) -> None:
    value: Any = " ".join(words[1:])
    spoken = {"true": True, "false": False, "null": None}
    stage.plans[-1].policy[words[0]] = spoken.get(value, value)


def _sessions(stage: Stage, words: list[str]) -> None:
    stage.plans[-1].sessions = words


def _posts(stage: Stage, words: list[str]) -> None:
    stage.posts = [a_post(number) for number in words]


def _post(stage: Stage, words: list[str]) -> None:
    stage.posts = [each for each in stage.posts if each.number != words[0]]
    stage.posts.append(post(words))


def post(words: list[str]) -> Post:
    """`21872 reserved X,Y service S regimes BASE groups G`; `service -`: without a number"""
    names = {"reserved": "reserved_for", "regimes": "regimes", "groups": "groups"}
    facts: dict[str, Any] = {}
    for key, value in zip(words[1::2], words[2::2], strict=True):
        facts[names.get(key, key)] = tuple(value.split(",")) if key in names else value.strip("-")
    return a_post(words[0], **facts)


def _here(stage: Stage, words: list[str]) -> None:
    stage.here = [] if words == ["nobody"] else words


def _until(stage: Stage, words: list[str]) -> None:
    stage.until = words[0]


SETTING: dict[str, Callable[[Stage, list[str]], None]] = {
    "amphi": _amphi,
    "interns": _interns,
    "intern": _intern,
    "policy": _policy,
    "sessions": _sessions,
    "posts": _posts,
    "post": _post,
    "here": _here,
    "phase": _until,
}
