"""Builders of ranking runs in every stage: Ana, then Bob and Zed tied, then Yan."""

from collections.abc import Callable

import msgspec

from amphi.rules.ids import PersonId
from amphi.rules.ranking.contesting import close_contests, open_contests
from amphi.rules.ranking.final_ranking import Gesture
from amphi.rules.ranking.run import RankingRun, Stage, begun
from amphi.rules.ranking.run_gestures import freeze, publish, treat_ties, validate_ties
from amphi.rules.refusals import Refusal
from tests.rules.ranking.builders import with_a_tie

WHY = Gesture(PersonId("agent"), 1_800_000_000_000, "dossier")
SILENT = msgspec.structs.replace(WHY, why=" ")
ANA, BOB, YAN, ZED = (PersonId(name) for name in ("ana", "bob", "yan", "zed"))


def done(result: RankingRun | Refusal) -> RankingRun:
    assert isinstance(result, RankingRun), result
    return result


def a_run(stage: Stage = Stage.TIES) -> RankingRun:
    """As far as that stage; Zed before Bob."""
    run = begun(with_a_tie())
    ways: list[Callable[[RankingRun], RankingRun]] = [
        lambda run: done(validate_ties(done(treat_ties(run, 2, [ZED, BOB])))),
        lambda run: done(publish(run)),
        lambda run: done(open_contests(run)),
        lambda run: done(close_contests(run)),
        lambda run: done(freeze(run)),
    ]
    for way in ways[: list(Stage).index(stage)]:
        run = way(run)
    return run


def called(run: RankingRun) -> list[tuple[int, str]]:
    assert run.final is not None
    return [(each.call_rank, each.intern) for each in run.final.lines]
