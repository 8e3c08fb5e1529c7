"""Who plays which part, found in the state alone."""

import pytest

from amphi.gateway.parts import SPECTATOR, Part, People, may_watch
from amphi.gateway.resume import ANYBODY, Who
from amphi.rules.choosing.facts import Proxy
from amphi.rules.choosing.state import Amphi, OfferState, Phase
from amphi.rules.ids import EntryId, PersonId
from tests.rules.choosing.builders import AMPHI, a_standing_amphi, an_amphi, an_intern, an_offer

HOLDER = Who(PersonId("holder"))
GRANTOR = Who(PersonId("person-e1"))


def an_amphi_with_a_proxy(holder: str | None) -> Amphi:
    proxy = Proxy("grant-1", None if holder is None else PersonId(holder))
    return a_standing_amphi(an_amphi(an_intern(1, proxy=proxy), an_intern(2), an_intern(3)))


def test_an_intern_plays_for_the_own_entry() -> None:
    people = People(a_standing_amphi(an_amphi()))
    assert people.part(Who(PersonId("person-e2")), None) == Part("intern", EntryId("e2"))


def test_a_holder_plays_for_the_grantors_entry_once_it_is_accepted() -> None:
    accepted, pending = an_amphi_with_a_proxy("holder"), an_amphi_with_a_proxy(None)
    assert People(accepted).part(HOLDER, None) == Part("proxy", EntryId("e1"))
    assert People(pending).part(HOLDER, None) == SPECTATOR


def test_the_grantor_still_enters_as_an_intern() -> None:
    people = People(an_amphi_with_a_proxy("holder"))
    assert people.part(GRANTOR, None) == Part("intern", EntryId("e1"))
    assert people.part(GRANTOR, "proxy") == Part("intern", EntryId("e1"))


def test_with_two_roles_as_selects_what_the_page_shows() -> None:
    people = People(an_amphi_with_a_proxy("person-e3"))
    both = Who(PersonId("person-e3"))
    assert people.part(both, None) == Part("intern", EntryId("e3"))
    assert people.part(both, "intern") == Part("intern", EntryId("e3"))
    assert people.part(both, "proxy") == Part("proxy", EntryId("e1"))


def test_a_ticket_for_a_holder_shows_the_grantors_line_unless_hello_says_otherwise() -> None:
    people = People(an_amphi_with_a_proxy("person-e3"))
    holder = Who(PersonId("person-e3"), as_proxy=True)
    assert people.part(holder, None) == Part("proxy", EntryId("e1"))
    assert people.part(holder, "intern") == Part("intern", EntryId("e3"))


def test_an_operator_is_an_operator_whatever_is_wanted() -> None:
    people = People(an_amphi_with_a_proxy("op"))
    assert people.part(Who(PersonId("op"), operator=True), "proxy") == Part("operator")


def test_everybody_else_is_a_spectator() -> None:
    people = People(a_standing_amphi(an_amphi()))
    assert people.part(ANYBODY, None) == SPECTATOR
    assert people.part(Who(PersonId("stranger")), "intern") == SPECTATOR
    assert People(None).part(GRANTOR, None) == SPECTATOR


@pytest.mark.parametrize("phase", list(Phase))
def test_spectators_come_in_from_open_on(phase: Phase) -> None:
    state = an_offer(an_amphi(), phase=phase)
    hidden = phase in (Phase.PLANNED, Phase.VALIDATED)
    assert may_watch(state, AMPHI, SPECTATOR) is not hidden
    assert may_watch(state, AMPHI, Part("intern", EntryId("e1")))
    assert may_watch(state, AMPHI, Part("operator"))


def test_an_amphi_not_validated_is_there_for_operators_alone() -> None:
    nothing = OfferState(offer=an_offer().offer)
    assert may_watch(nothing, AMPHI, Part("operator"))
    assert not may_watch(nothing, AMPHI, SPECTATOR)
