"""Who came and went, told once and in time."""

from amphi.gateway.presence import Attendance
from amphi.live.letters import PresenceLetter
from amphi.rules.ids import PersonId

ANA, BILAL = PersonId("ana"), PersonId("bilal")


def test_who_came_and_went_is_one_letter_the_first_a_full_one() -> None:
    attendance = Attendance("g")
    attendance.came(ANA)
    attendance.came(BILAL)
    assert attendance.news() == PresenceLetter(gateway="g", here=(ANA, BILAL), full=True)
    attendance.went(ANA)
    assert attendance.news() == PresenceLetter(gateway="g", gone=(ANA,))
    assert attendance.news() is None


def test_a_person_with_two_sockets_is_there_until_the_last_one_closes() -> None:
    attendance = Attendance("g")
    attendance.came(ANA)
    attendance.came(ANA)
    attendance.news()
    attendance.went(ANA)
    assert attendance.news() is None
    attendance.went(ANA)
    assert attendance.news() == PresenceLetter(gateway="g", gone=(ANA,))


def test_who_came_back_within_the_half_second_never_left() -> None:
    attendance = Attendance("g")
    attendance.came(ANA)
    attendance.news()
    attendance.went(ANA)
    assert attendance.untold(ANA)
    attendance.came(ANA)
    assert not attendance.untold(ANA)
    assert attendance.news() is None


def test_a_report_names_everybody_and_counts_as_told() -> None:
    attendance = Attendance("g")
    attendance.came(BILAL)
    attendance.came(ANA)
    assert attendance.report(7) == PresenceLetter(gateway="g", here=(ANA, BILAL), full=True, term=7)
    assert attendance.news() is None
