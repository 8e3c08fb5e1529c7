"""The file of interns: what is brought in, and what waits with which fault on which line."""

import pytest

from amphi.http.sentences import row_fault_sentence
from amphi.rules.ranking.import_interns import COLUMNS, sift_interns
from amphi.rules.ranking.import_reading import Change, OnRecord
from amphi.rules.ranking.perimeters import Profession
from tests.rules.ranking.import_files import INTERN, TODAY, an_intern, interns, known, places


def test_a_sound_row_is_an_intern_who_entered_the_november_after_the_exam() -> None:
    sifted = interns({})
    assert [(each.line, each.row, each.change) for each in sifted.accepted] == [
        (2, an_intern(), Change.ADDED)
    ]
    assert sifted.read == 1
    assert not sifted.rejected


def test_the_words_of_the_manual_and_ours_are_understood() -> None:
    french = {"profession": "Pharmacie", "regime": "Phase socle", "exam": "Européen"}
    ours = {"profession": "pharmacy", "regime": "base", "exam": "EUROPEAN"}
    one, two = interns(french).accepted[0].row, interns(ours).accepted[0].row
    assert one == two
    assert (one.profession, one.regime, one.exam.value) == (Profession.PHARMACY, "BASE", "european")


def test_who_is_known_already_is_changed_or_unchanged() -> None:
    before = known(an_intern(), an_intern("i2", last_name="PETIT"))
    other = {"intern": "i2", "last_name": "PETIT", "des": "DES X"}
    found = interns({}, other, on_record=before).accepted
    assert [each.change for each in found] == [Change.UNCHANGED, Change.CHANGED]


def test_a_discipline_that_no_perimeter_ranks_is_told_of_once() -> None:
    """Otherwise a typing error would keep an intern off every list, and nobody would know."""
    two = {"intern": "i2", "last_name": "PETIT"}, {"intern": "i3", "last_name": "GRAND"}
    record = OnRecord(ranked=frozenset({"psychiatrie", "specialiteschirurgicales"}))
    sifted = interns({}, *two, on_record=record)
    assert places(sifted.warnings) == [(2, "discipline", "discipline_not_ranked")]
    assert "Santé publique" in row_fault_sentence(sifted.warnings[0])
    assert (len(sifted.accepted), sifted.rejected) == (3, ())
    for fine in (
        {"discipline": "PSYCHIATRIE"},
        {"discipline": "Chirurgie orale", "des": "C52"},
        {"profession": "pharmacie", "discipline": "Biologie"},
    ):
        assert interns(fine, on_record=record).warnings == ()
    assert interns({}, on_record=OnRecord()).warnings == ()  # no perimeter yet


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"intern": ""}, ("intern", "missing_value")),
        ({"last_name": ""}, ("last_name", "missing_value")),
        ({"discipline": ""}, ("discipline", "missing_value")),
        ({"profession": "vétérinaire"}, ("profession", "unknown_profession")),
        ({"exam": "lunaire"}, ("exam", "unknown_exam")),
        ({"regime": "sec"}, ("regime", "unknown_regime")),
        ({"cohort": "2027"}, ("cohort", "cohort_in_the_future")),
        ({"cohort": "1930"}, ("cohort", "cohort_too_old")),
        ({"cohort": "deux mille"}, ("cohort", "not_a_number")),
        ({"email": "emile"}, ("email", "bad_email")),
        ({"entered": "2024-10"}, ("entered", "bad_semester")),
        ({"entered": "2027-05"}, ("entered", "semester_too_late")),
        ({"entered": "2023-11"}, ("entered", "entered_before_cohort")),
        ({"seniority": "6"}, ("seniority", "seniority_above_elapsed")),
        ({"seniority": "-1"}, ("seniority", "negative")),
        ({"homonym": "oui"}, ("homonym", "homonym_not_zero_or_one")),
        ({"des": "X" * 201}, ("des", "too_long")),
    ],
)
def test_each_bad_cell_is_named_with_its_line(row: dict[str, str], fault: tuple[str, str]) -> None:
    sifted = interns({"intern": "i0", "last_name": "ADAM"}, row)
    assert places(sifted.rejected) == [(3, *fault)]
    assert [each.line for each in sifted.accepted] == [2]
    assert row_fault_sentence(sifted.rejected[0])


def test_a_row_tells_all_its_faults_at_once() -> None:
    sifted = interns({"cohort": "2030", "exam": "lunaire", "first_name": ""})
    assert {fault[2] for fault in places(sifted.rejected)} == {
        *("missing_value", "unknown_exam", "cohort_in_the_future"),
    }


def test_five_semesters_have_elapsed_since_november_2024() -> None:
    assert not interns({"seniority": "5"}).rejected


def test_an_intern_of_pharmacy_needs_no_discipline() -> None:
    assert not interns({"profession": "pharmacie", "discipline": ""}).rejected


def test_an_intern_twice_in_a_file_is_refused_the_second_time() -> None:
    sifted = interns({}, {})
    assert places(sifted.rejected) == [(3, "intern", "duplicate_intern")]
    assert sifted.rejected[0].facts["first"] == 2


def test_homonyms_of_one_cohort_wait_until_somebody_says_that_they_are_two() -> None:
    sifted = interns({}, {"intern": "i2", "last_name": "Oeuvrard", "first_name": "EMILE"})
    assert places(sifted.rejected) == [(3, "last_name", "homonym_in_file")]
    on_record = interns({"intern": "i2"}, on_record=known())
    assert places(on_record.rejected) == [(2, "last_name", "homonym_on_record")]
    assert not interns({}, {"intern": "i2", "homonym": "1"}).rejected
    assert not interns({}, {"intern": "i2", "cohort": "2023"}).rejected


def test_a_file_without_a_column_is_refused_whole() -> None:
    header = [name for name in INTERN if name != "exam"]
    sifted = sift_interns(header, [(2, ["x"] * len(header))], OnRecord(), TODAY)
    assert places(sifted.refused) == [(1, "exam", "missing_column")]
    assert not sifted.accepted


def test_a_heading_alone_is_refused() -> None:
    sifted = sift_interns(COLUMNS.required, [], OnRecord(), TODAY)
    assert places(sifted.refused) == [(0, "", "no_rows")]


def test_other_columns_are_left_aside_with_a_warning() -> None:
    sifted = interns({"shoe": "42"})
    assert places(sifted.warnings) == [(1, "shoe", "ignored_column")]
    assert len(sifted.accepted) == 1


def test_an_intern_of_another_territory_is_not_taken_over_by_a_file() -> None:
    found = interns({}, on_record=OnRecord(elsewhere=frozenset({"i1"})))
    assert places(found.rejected) == [(2, "intern", "intern_elsewhere")]
