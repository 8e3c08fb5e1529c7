"""Whatever the interns: drawn at random, against a naive model where there is one."""

import random

from hypothesis import given
from hypothesis import strategies as st

from amphi.rules.ids import PersonId
from amphi.rules.ranking.adjusted_rank import Adjustment
from amphi.rules.ranking.exams import Exam, NationalRanks
from amphi.rules.ranking.final_ranking import FinalRanking
from amphi.rules.ranking.local_rank import Entrant, LocalStanding, local_standings
from amphi.rules.ranking.placing import Discipline, Member, places
from amphi.rules.ranking.preranking import Intern, Place, Placed, prerank
from amphi.rules.ranking.seniority import Semesters
from amphi.rules.ranking.tie_breaks import TieBreaks, to_treat, treat, validate
from tests.rules.ranking.builders import (
    PREVENTION,
    PUBLIC_HEALTH,
    SURGERY,
    THORACIC,
    VISCERAL,
    an_intern,
    ids,
)
from tests.rules.ranking.naive import Row, ranks

POLICIES = st.sampled_from(Adjustment)
SEEDS = st.integers()


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    """Few different figures, so that ties and late cohorts are frequent."""
    row = st.builds(
        Row,
        id=st.just(""),
        foreign=st.booleans(),
        entering=st.booleans(),
        cohort=st.integers(2017, 2019),
        elapsed=st.integers(4, 6),
        validated=st.integers(0, 3),
        surnombre=st.integers(0, 1),
        research=st.integers(0, 6),
        local_rank=st.integers(1, 4),
        cohort_size=st.sampled_from([0, 4, 8]),
    )
    drawn = draw(st.lists(row, max_size=12))
    return [each._replace(id=f"i{n}") for n, each in enumerate(drawn)]


def placed(row: Row) -> Placed:
    intern = Intern(
        id=PersonId(row.id),
        last_name="Nom",
        first_name="",
        exam=Exam.FOREIGN if row.foreign else Exam.EUROPEAN,
        cohort=row.cohort,
        elapsed=row.elapsed,
        semesters=Semesters(row.validated, row.surnombre, row.research),
        standing=LocalStanding(row.local_rank, row.cohort_size),
    )
    return Placed(intern, Place.ENTERING if row.entering else Place.STANDARD)


@given(rows(), POLICIES)
def test_the_ranks_are_those_of_the_naive_model(drawn: list[Row], policy: Adjustment) -> None:
    preranking = prerank(map(placed, drawn), policy)
    assert {line.intern.id: line.rank for line in preranking.lines} == ranks(drawn, policy.value)
    assert len(preranking.lines) + len(preranking.unranked) == len(drawn)


@given(rows(), POLICIES, SEEDS)
def test_a_permutation_of_the_input_changes_nothing(
    drawn: list[Row], policy: Adjustment, seed: int
) -> None:
    lines = list(map(placed, drawn))
    shuffled = random.Random(seed).sample(lines, len(lines))
    assert prerank(shuffled, policy) == prerank(lines, policy)


@given(rows(), POLICIES, SEEDS)
def test_ranks_after_tie_breaking_are_a_permutation(
    drawn: list[Row], policy: Adjustment, seed: int
) -> None:
    chance = random.Random(seed)
    preranking = prerank(map(placed, drawn), policy)
    breaks = to_treat(preranking)
    for rank, group in breaks.groups.items():
        members = [line.intern.id for line in group.lines]
        treated = treat(breaks, rank, chance.sample(members, len(members)))
        assert isinstance(treated, TieBreaks)
        breaks = treated
    final = validate(breaks)
    assert isinstance(final, FinalRanking)
    assert [each.call_rank for each in final.lines] == list(range(1, len(preranking.lines) + 1))
    assert sorted(each.intern for each in final.lines) == sorted(ids(preranking))
    common = [each.line.rank for each in final.lines]
    assert common == sorted(common)


@st.composite
def one_discipline(draw: st.DrawFn) -> list[Placed]:
    """Of one discipline in one semester: the time since entry follows from the year of entry."""
    drawn = draw(
        st.lists(st.tuples(st.integers(2016, 2019), st.integers(0, 8), st.booleans()), max_size=14)
    )
    entrants = [
        Entrant(PersonId(f"i{n}"), SURGERY, cohort, NationalRanks(rin=n + 1))
        for n, (cohort, _, _) in enumerate(drawn)
    ]
    standings = local_standings(entrants)
    return [
        Placed(
            an_intern(
                f"i{n}",
                cohort=cohort,
                elapsed=(elapsed := 2 * (2020 - cohort)),
                semesters=Semesters(min(validated, elapsed)),
                exam=Exam.FOREIGN if foreign else Exam.NATIONAL,
                standing=standings[PersonId(f"i{n}")],
            )
        )
        for n, (cohort, validated, foreign) in enumerate(drawn)
    ]


@given(one_discipline())
def test_both_policies_give_the_same_order_within_one_discipline_at_equal_seniority(
    lines: list[Placed],
) -> None:
    """Who belongs to a cohort that nobody here entered has no local size to go by under IMOTEP."""
    imotep, dci = prerank(lines, Adjustment.IMOTEP), prerank(lines)
    assert ids(imotep) == [one for one in ids(dci) if one in ids(imotep)]
    assert dci.unranked == ()
    if not imotep.unranked:
        assert [line.rank for line in imotep.lines] == [line.rank for line in dci.lines]


HOMES = st.sampled_from([VISCERAL, THORACIC, PREVENTION])
MEMBERS = st.lists(st.tuples(HOMES, st.none() | HOMES, st.booleans()), max_size=10)


@given(MEMBERS)
def test_no_intern_appears_twice_as_callable(
    drawn: list[tuple[Discipline, Discipline | None, bool]],
) -> None:
    """Nor not at all: in one perimeter or the other, every active intern can be called once."""
    members = [
        Member(an_intern(f"i{n}"), home, destination, active)
        for n, (home, destination, active) in enumerate(drawn)
    ]
    callable_ids = [
        line.intern.id
        for perimeter in (SURGERY, PUBLIC_HEALTH)
        for line in prerank(places(perimeter, members)).lines
        if line.placed.callable
    ]
    unranked = [
        each.intern.id
        for perimeter in (SURGERY, PUBLIC_HEALTH)
        for each in prerank(places(perimeter, members)).unranked
        if each.placed.callable
    ]
    active = [each.intern.id for each in members if each.active]
    assert sorted(callable_ids + unranked) == sorted(active)
