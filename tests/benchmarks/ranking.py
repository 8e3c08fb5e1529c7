"""How long the pure computation takes, from 1 000 to 100 000 interns: `python -m tests.benchmarks.ranking`.

From national ranks to a final ranking: local ranks, both policies, ties broken. The exit status is
1 when 100 000 interns take more than 3 s, or when it grows faster than n × log n would.
"""

import math
import random
import sys
import time

import msgspec

from amphi.rules.ids import PersonId
from amphi.rules.ranking.adjusted_rank import Adjustment
from amphi.rules.ranking.exams import Exam, NationalRanks
from amphi.rules.ranking.final_ranking import FinalRanking
from amphi.rules.ranking.local_rank import Entrant, Reason, Standing, local_standings
from amphi.rules.ranking.perimeters import Perimeter, Profession
from amphi.rules.ranking.preranking import Intern, Place, Placed, prerank
from amphi.rules.ranking.seniority import Semesters
from amphi.rules.ranking.tie_breaks import TieBreaks, TieGroup, to_treat, validate

SIZES = (1_000, 3_000, 10_000, 30_000, 100_000)
BUDGET_S = 3.0
SLACK = 3.0  # times n × log n: memory caches and a busy machine
PSYCHIATRY = Perimeter(Profession.MEDICINE, "Île-de-France", "psychiatrie")
NAMES = ("Martin", "Lefèvre", "Œuvrard", "d'Hoker", "Ben Saïd", "N'Diaye", "Nguyễn", "Le Goff")


def drawn(count: int, chance: random.Random) -> list[tuple[Entrant, Intern, Place]]:
    """Ten cohorts; one in fifty foreign, one in twenty entering, many late by some semesters."""
    order = chance.sample(range(1, count + 1), count)
    return [_one(n, rank, chance) for n, rank in enumerate(order)]


def _one(n: int, rank: int, chance: random.Random) -> tuple[Entrant, Intern, Place]:
    cohort = 2017 + n % 10
    elapsed = 2 * (2027 - cohort)
    intern = Intern(
        id=PersonId(f"i{n}"),
        last_name=chance.choice(NAMES),
        first_name=chance.choice(NAMES),
        exam=Exam.FOREIGN if chance.random() < 0.02 else Exam.NATIONAL,
        cohort=cohort,
        elapsed=elapsed,
        semesters=Semesters(max(0, elapsed - chance.choice((0, 0, 0, 1, 2, 4))), 0, 0),
        standing=Reason("local_rank_unknown"),
    )
    place = Place.ENTERING if chance.random() < 0.05 else Place.STANDARD
    return Entrant(intern.id, PSYCHIATRY, cohort, NationalRanks(rin=rank)), intern, place


def ranked(rows: list[tuple[Entrant, Intern, Place]]) -> int:
    """The whole computation, under both policies; how many have a call rank of their own."""
    standings = local_standings(entrant for entrant, _, _ in rows)
    placed = [Placed(_standing(intern, standings[intern.id]), place) for _, intern, place in rows]
    called = 0
    for adjustment in Adjustment:
        final = validate(_all_treated(to_treat(prerank(placed, adjustment))))
        assert isinstance(final, FinalRanking)
        called += len(final.lines)
    return called


def _standing(intern: Intern, standing: Standing) -> Intern:
    return msgspec.structs.replace(intern, standing=standing)


def _all_treated(breaks: TieBreaks) -> TieBreaks:
    """Every group in the suggested order, at one sitting."""
    groups = {
        rank: TieGroup(rank, group.suggested, treated=True) for rank, group in breaks.groups.items()
    }
    return TieBreaks(breaks.preranking, groups)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main() -> int:
    """Prints seconds and the growth; see the module."""
    taken = {}
    say(f"{'interns':>8} {'seconds':>8} {'µs each':>8}")
    for count in SIZES:
        rows = drawn(count, random.Random(count))
        begun = time.perf_counter()
        ranked(rows)
        # two policies are timed: one ranking is half of it and the local ranks, at most all of it
        taken[count] = time.perf_counter() - begun
        say(f"{count:>8} {taken[count]:>8.3f} {taken[count] / count * 1e6:>8.2f}")
    small, large = SIZES[0], SIZES[-1]
    growth = taken[large] / taken[small]
    allowed = SLACK * large * math.log(large) / (small * math.log(small))
    say(f"growth {growth:.0f} for {large // small} times as many (allowed {allowed:.0f})")
    return int(taken[large] > BUDGET_S or growth > allowed)


if __name__ == "__main__":
    sys.exit(main())
