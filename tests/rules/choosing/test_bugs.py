"""What only a bug of ours could ask is an exception, never a refusal, never silence."""

from collections.abc import Callable

import pytest

from amphi.rules.choosing import commands as c
from amphi.rules.choosing import events as e
from amphi.rules.choosing import operating, personal
from amphi.rules.choosing.changing import amphi_of
from amphi.rules.choosing.clockwork import charged, miss
from amphi.rules.choosing.decide import decide
from amphi.rules.choosing.draft import Draft
from amphi.rules.choosing.evolve import evolve
from amphi.rules.choosing.phases import diagram
from amphi.rules.choosing.rectifying import _rectified
from amphi.rules.choosing.state import OfferState, Phase, Rectification
from amphi.rules.ids import EntryId, PostNumber, TurnId
from tests.rules.choosing.builders import AMPHI, NINE_O_CLOCK, OPERATOR, an_offer

OFFER = an_offer(phase=Phase.RUNNING)
NOBODY = c.Presence()
DRAFT = Draft(OFFER, NINE_O_CLOCK, NOBODY)
ANONYMOUS = c.Command("operator", c.Pause())


def said(role: c.Role, order: c.AnyOrder) -> object:
    return decide(OFFER, c.Command(role, order, AMPHI), NINE_O_CLOCK, NOBODY)


def happened(event: e.AnyEvent) -> OfferState:
    return evolve(OFFER, e.Recorded(OFFER.seq + 1, NINE_O_CLOCK, "", event))


def rectified_without_a_choice() -> object:
    amphi = OFFER.amphis[AMPHI]
    asked = Rectification("r1", EntryId("e1"), None, "jugement", OPERATOR)
    command = c.Command("operator", c.ApproveRectification("r1"), AMPHI, OPERATOR)
    return _rectified(OFFER, amphi, amphi.entries[EntryId("e1")], asked, command)


BUGS: dict[str, Callable[[], object]] = {
    "an engine that gives an intern's order": lambda: said("engine", c.Ready()),
    "an event of no amphi": lambda: amphi_of(OFFER, None),
    "the end of a turn that nobody has": lambda: miss(DRAFT, OFFER.amphis[AMPHI], "timeout"),
    "presence at a turn that nobody has": lambda: happened(
        e.TurnAttended(amphi=AMPHI, turn=TurnId("t"))
    ),
    "the end of a pause that never was": lambda: happened(
        e.Resumed(amphi=AMPHI, deadline=None, remaining_ms=None, budget_ms=None)
    ),
    "a rectification that no operator asks for": lambda: happened(
        e.RectificationAsked(amphi=AMPHI, id="r", entry=EntryId("e1"), post=PostNumber("P1"))
    ),
    "a rectification of no choice": rectified_without_a_choice,
    "a gesture that names no amphi": lambda: operating.amphi_in(DRAFT, ANONYMOUS),
    "a gesture of no operator": lambda: operating.operator_of(ANONYMOUS),
    "a person's order that names no amphi": lambda: personal._amphi(DRAFT, ANONYMOUS),
    "an order of no person": lambda: personal._person(ANONYMOUS),
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_is_an_exception(bug: str) -> None:
    with pytest.raises((TypeError, ValueError)):
        BUGS[bug]()


def test_no_turn_is_charged_nothing() -> None:
    assert charged(OFFER.amphis[AMPHI], NINE_O_CLOCK) == 0


def test_the_diagram_has_every_phase() -> None:
    drawn = diagram()
    assert all(phase.value in drawn for phase in Phase)
    assert drawn.startswith("stateDiagram-v2\n    [*] --> PLANNED")
    assert drawn.endswith("    CLOSED --> [*]")
