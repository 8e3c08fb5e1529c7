"""Who is counted as here, as far as the gateways' letters tell."""

from amphi.live.attendance import ASKING_MS, Attendance
from amphi.live.letters import PresenceLetter
from amphi.rules.ids import PersonId

ANA, BILAL = PersonId("ana"), PersonId("bilal")


def a_report(gateway: str, *here: PersonId) -> PresenceLetter:
    return PresenceLetter(gateway=gateway, here=here, full=True)


def two_gateways() -> Attendance:
    """Ana is at one, Bilal at two; everybody has reported."""
    attendance = Attendance()
    attendance.ask(0)
    attendance.report(a_report("one", ANA), 10)
    attendance.report(a_report("two", BILAL), 10)
    attendance.expect(frozenset({"one", "two"}), ASKING_MS)
    assert attendance.known
    return attendance


def is_to_be_asked(attendance: Attendance) -> bool:
    return attendance.returned


def test_a_gateway_that_was_given_up_and_beats_again_is_to_be_asked_who_is_there() -> None:
    """It does not know that it was given up: its people would be absent for ever."""
    attendance = two_gateways()
    attendance.give_up("one")
    assert attendance.presence.here == {BILAL}
    assert not is_to_be_asked(attendance)
    attendance.beat("one", 60_000)
    assert is_to_be_asked(attendance)
    attendance.ask(60_000)
    assert not attendance.known
    assert not is_to_be_asked(attendance)


def test_news_of_a_gateway_that_was_given_up_is_not_all_there_is_to_know() -> None:
    attendance = two_gateways()
    attendance.give_up("one")
    attendance.report(PresenceLetter(gateway="one", here=(PersonId("chloe"),)), 60_000)
    assert is_to_be_asked(attendance)


def test_a_gateway_that_reports_in_full_needs_no_asking() -> None:
    attendance = two_gateways()
    attendance.give_up("one")
    attendance.report(a_report("one", ANA), 60_000)
    assert not is_to_be_asked(attendance)
    assert attendance.presence.here == {ANA, BILAL}


def test_a_gateway_that_says_farewell_is_not_missed() -> None:
    attendance = two_gateways()
    attendance.forget("one")
    attendance.beat("two", 60_000)
    assert not is_to_be_asked(attendance)


def test_who_was_forgotten_has_not_reported() -> None:
    """Or presence would be known again without a word from it."""
    attendance = Attendance()
    attendance.ask(0)
    attendance.report(a_report("one", ANA), 10)
    attendance.give_up("one")
    attendance.expect(frozenset({"one"}), ASKING_MS)
    assert not attendance.known
