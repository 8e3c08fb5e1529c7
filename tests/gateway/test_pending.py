"""Unanswered commands: kept, sent again, answered to all who wait."""

from typing import Any

from amphi.gateway.pending import MOST_PER_PERSON, Pending
from amphi.live.letters import CommandLetter
from amphi.live.notes import AnswerNote
from amphi.rules.ids import AmphiId, PersonId

ANA, BILAL = PersonId("ana"), PersonId("bilal")


def a_letter(name_of_it: str = "c1", person: PersonId = ANA, **changes: Any) -> CommandLetter:
    given: dict[str, Any] = {
        "role": "intern",
        "amphi": AmphiId("a"),
        "name": "ready",
        "args": {},
        "gateway": "g",
    }
    return CommandLetter(id=name_of_it, person=person, **(given | changes))


def accepted(asked: str = "c1", person: PersonId = ANA) -> AnswerNote:
    return AnswerNote(person=person, id=asked, seq=5)


def test_an_answer_goes_to_every_socket_that_waits_for_the_id() -> None:
    pending: Pending[str] = Pending()
    pending.add(a_letter(), "phone")
    pending.add(a_letter(), "laptop")
    assert pending.answered(accepted()) == ["phone", "laptop"]
    assert pending.answered(accepted()) == []


def test_the_same_letter_twice_waits_once() -> None:
    pending: Pending[str] = Pending()
    pending.add(a_letter(), "phone")
    pending.add(a_letter(), "phone")
    assert pending.letters() == [a_letter()]
    assert pending.answered(accepted()) == ["phone"]


def test_ids_are_each_persons_own() -> None:
    pending: Pending[str] = Pending()
    pending.add(a_letter(), "ana's")
    pending.add(a_letter(person=BILAL), "bilal's")
    assert pending.answered(accepted(person=BILAL)) == ["bilal's"]
    assert pending.knows(ANA, "c1")
    assert not pending.knows(BILAL, "c1")


def test_another_body_under_the_same_id_gets_its_own_answer() -> None:
    pending: Pending[str] = Pending()
    pending.add(a_letter(), "phone")
    pending.add(a_letter(name="help"), "phone")
    assert pending.answered(accepted()) == ["phone"]
    assert pending.letters() == [a_letter(name="help")]
    reused = AnswerNote(person=ANA, id="c1", code="id_reused")
    assert pending.answered(reused) == ["phone"]
    assert pending.letters() == []


def test_a_reused_id_is_refused_whichever_answer_comes_first() -> None:
    pending: Pending[str] = Pending()
    pending.add(a_letter(), "phone")
    pending.add(a_letter(name="help"), "phone")
    pending.answered(AnswerNote(person=ANA, id="c1", code="id_reused"))
    assert pending.letters() == [a_letter()]


def test_a_command_outlives_its_socket_and_is_sent_again_in_order() -> None:
    pending: Pending[str] = Pending()
    pending.add(a_letter("c1"), "phone")
    pending.add(a_letter("c2", BILAL), "laptop")
    pending.left("phone")
    assert pending.letters() == [a_letter("c1"), a_letter("c2", BILAL)]
    assert pending.answered(accepted("c1")) == []


def test_one_person_cannot_fill_the_memory() -> None:
    pending: Pending[str] = Pending()
    for n in range(MOST_PER_PERSON):
        assert not pending.full(ANA)
        pending.add(a_letter(f"c{n}"), "phone")
    assert pending.full(ANA)
    assert not pending.full(BILAL)
    pending.answered(accepted("c0"))
    assert not pending.full(ANA)
