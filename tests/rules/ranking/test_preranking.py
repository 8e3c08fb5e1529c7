"""ranking.md §3, §4; R §2.1, §3; DCI §7."""

import msgspec

from amphi.rules.ids import PersonId
from amphi.rules.ranking.adjusted_rank import Adjustment, SizeFrom
from amphi.rules.ranking.exams import Exam
from amphi.rules.ranking.figures import truncated
from amphi.rules.ranking.local_rank import LocalStanding, Reason
from amphi.rules.ranking.preranking import Place, Placed, Preranking, prerank
from tests.rules.ranking.builders import (
    an_intern,
    entering,
    ids,
    own,
    ranks,
    semesters,
    with_a_tie,
)

IMOTEP = Adjustment.IMOTEP


def shown(preranking: Preranking) -> dict[str, str]:
    return {line.intern.id: truncated(line.adjusted.value) for line in preranking.lines}


def counted(name: str, local: tuple[int, int], **changes: object) -> Placed:
    return own(name, local, size=msgspec.UNSET, **changes)


def test_the_call_list_of_the_manual() -> None:
    """DCI §7: Hélène comes from endocrinology; ten of her theoretical cohort are of the perimeter."""
    class_of_2019 = [counted(f"n{n}", (n, 10)) for n in range(1, 11)]
    victor = counted("Victor", (4, 12), cohort=2018, elapsed=8, semesters=semesters(7))
    helene = entering("Hélène", (466, 614), size=msgspec.UNSET)
    preranking = prerank([helene, *class_of_2019, victor])
    assert ids(preranking) == ["victor", *(f"n{n}" for n in range(1, 11)), "hélène"]
    figures = shown(preranking)
    assert [figures[name] for name in ("victor", "n5", "n6", "n7")] == [
        "0.33",
        "5.00",
        "6.00",
        "7.00",
    ]
    assert figures["hélène"] == "7.58"
    assert [line.theoretical_cohort for line in preranking.lines] == [2018] + [2019] * 11


def test_claire_and_maxime() -> None:
    """DCI §4.1: 80/100 and 108/120, 150 of the theoretical cohort by now."""
    claire = own("Claire", (80, 100), cohort=2015, elapsed=8, semesters=semesters(6), size=150)
    maxime = own("Maxime", (108, 120), cohort=2016, elapsed=6, size=150)
    assert shown(prerank([maxime, claire])) == {"claire": "120.00", "maxime": "135.00"}
    assert shown(prerank([maxime, claire], IMOTEP)) == {"claire": "120.00", "maxime": "108.00"}


def test_marion_with_one_semester_chooses_after_pierre_with_three() -> None:
    marion = own("Marion", (1, 10), elapsed=3, semesters=semesters(1))
    pierre = own("Pierre", (9, 10), elapsed=3, semesters=semesters(3))
    preranking = prerank([marion, pierre])
    assert ids(preranking) == ["pierre", "marion"]
    assert preranking.lines[1].theoretical_cohort == 2020


def test_seniority_then_exam_then_discipline_then_adjusted_rank() -> None:
    lines = [
        own("senior", (9, 10), elapsed=7, semesters=semesters(7), exam=Exam.FOREIGN),
        own("second", (2, 10), exam=Exam.OCCUPATIONAL),
        own("third", (3, 10), exam=Exam.EUROPEAN),
        entering("fourth", (1, 10)),
        own("fifth", (1, 10), exam=Exam.FOREIGN),
        entering("sixth", (1, 10), exam=Exam.FOREIGN),
        own("junior", (1, 10), semesters=semesters(5)),
    ]
    wanted = ["senior", "second", "third", "fourth", "fifth", "sixth", "junior"]
    assert ids(prerank(reversed(lines))) == wanted


def test_equal_on_all_four_is_a_tie_with_a_common_rank_in_french_order() -> None:
    lines = [
        own("Zola", (2, 10)),
        own("Éluard", (4, 20)),
        own("Ana", (1, 10)),
        own("Yan", (3, 10)),
    ]
    preranking = prerank(lines)
    assert ids(preranking) == ["ana", "éluard", "zola", "yan"]
    assert ranks(preranking) == [1, 2, 2, 4]
    assert [line.tied for line in preranking.lines] == [False, True, True, False]
    assert [[line.intern.id for line in group] for group in preranking.tie_groups] == [
        ["éluard", "zola"]
    ]


def test_figures_that_show_alike_do_not_tie() -> None:
    lines = own("later", (3335, 10_000)), own("sooner", (3334, 10_000))
    preranking = prerank(lines)
    assert ids(preranking) == ["sooner", "later"]
    assert set(shown(preranking).values()) == {"3.33"}
    assert preranking.tie_groups == ()


def test_homonyms_who_tie_stand_by_their_ids() -> None:
    twins = [own("Roy", (2, 10), id=PersonId(one)) for one in ("b", "a")]
    assert ids(prerank(twins)) == ["a", "b"]


def test_two_groups_in_a_row_stay_two() -> None:
    lines = [own(name, (n, 10)) for name, n in (("A", 1), ("B", 1), ("C", 2), ("D", 2))]
    preranking = prerank(lines)
    assert ranks(preranking) == [1, 1, 3, 3]
    assert [len(group) for group in preranking.tie_groups] == [2, 2]


def test_the_unranked_stand_apart_alphabetically_each_with_the_reason() -> None:
    missing = Reason("national_rank_missing", {"kind": "RIN"})
    lines = [
        own("Zed", (1, 0)),
        own("Bob", standing=missing),
        own("Yan", (1, 10), size=0),
        own("Ana", (1, 10), size=None),
        own("Ok", (1, 10)),
    ]
    preranking = prerank(lines)
    assert ids(preranking) == ["ok"]
    assert [(each.intern.id, each.reason.code) for each in preranking.unranked] == [
        ("ana", "theoretical_size_unknown"),
        ("bob", "national_rank_missing"),
        ("yan", "theoretical_size_zero"),
        ("zed", "cohort_size_zero"),
    ]


def test_the_present_size_counts_the_unranked_and_those_leaving_but_nobody_entering() -> None:
    away = Placed(an_intern("away"), Place.LEAVING, "Santé publique")
    lines = [
        counted("Ana", (1, 2)),
        counted("Bob", (2, 2), standing=Reason("cohort_size_unknown")),
        away,
        entering("Eve", (1, 2), size=msgspec.UNSET),
    ]
    assert shown(prerank(lines))["ana"] == "1.50"


def test_entering_a_cohort_that_nobody_here_belongs_to_is_unranked() -> None:
    preranking = prerank([entering("Eve", (1, 2), size=msgspec.UNSET)])
    assert [each.reason.code for each in preranking.unranked] == ["theoretical_size_zero"]


def test_imotep_takes_the_local_size_of_the_theoretical_cohort() -> None:
    late = counted("Late", (80, 100), cohort=2015, elapsed=8, semesters=semesters(6))
    fresh = counted("Fresh", (108, 120), cohort=2016, elapsed=6)
    preranking = prerank([late, fresh], IMOTEP)
    assert shown(preranking) == {"late": "96.00", "fresh": "108.00"}
    origins = [line.adjusted.theoretical.origin for line in preranking.lines]
    assert origins == [SizeFrom.LOCAL, SizeFrom.NOT_NEEDED]


def test_imotep_knows_no_size_where_nobody_or_two_say_it() -> None:
    late = counted("Late", (80, 100), cohort=2015, elapsed=8, semesters=semesters(6))
    alone = prerank([late], IMOTEP)
    assert [each.reason.code for each in alone.unranked] == ["theoretical_size_unknown"]
    unknown = counted("No", (1, 1), cohort=2016, standing=Reason("local_rank_unknown"))
    assert "late" in [each.intern.id for each in prerank([late, unknown], IMOTEP).unranked]
    two = counted("A", (1, 120), cohort=2016), counted("B", (2, 121), cohort=2016)
    assert [each.intern.id for each in prerank([late, *two], IMOTEP).unranked] == ["late"]


def test_in_the_scope_of_the_phase_its_semesters_order_and_the_total_makes_the_cohort() -> None:
    more_in_all = own("More", (1, 10), semesters=semesters(6), in_phase=semesters(1))
    more_in_phase = own("Phase", (9, 10), semesters=semesters(4), in_phase=semesters(2))
    preranking = prerank([more_in_all, more_in_phase])
    assert ids(preranking) == ["phase", "more"]
    assert [line.theoretical_cohort for line in preranking.lines] == [2020, 2019]


def test_nobody_is_ranked_without_complaint() -> None:
    assert prerank([]) == Preranking(Adjustment.DCI, (), ())


def test_a_line_keeps_the_inputs_of_its_figures() -> None:
    line = with_a_tie().lines[0]
    assert line.standing == LocalStanding(1, 10)
    assert line.placed.callable
