"""How long a long journal takes: `python -m tests.verify.measure_verifying`. Not a test.

quality.md: `amphi verify` of 50 000 events ≤ 30 s. An amphi of 1 000 interns, whose neighbours call
for help between one choice and the next.
"""

import json
import sys
import time

import msgspec

from amphi.rules.choosing import commands as c
from amphi.rules.ids import PersonId
from amphi.verify.offer import verify_offer
from tests.rules.choosing.builders import an_amphi, some_interns, some_posts
from tests.rules.choosing.playing import Play
from tests.verify.journals import Json, choose, evidence_of, said

INTERNS, CALLS_FOR_HELP = 1_000, 48


def a_long_morning() -> list[Json]:
    play = Play()
    facts = an_amphi(*some_interns(INTERNS))
    said(play.operator(c.Validate(facts=facts, posts=some_posts(INTERNS))))
    said(play.operator(c.Publish()))
    play.here = {entry.person for entry in facts.entries}
    said(play.operator(c.Start()))
    lines = drained(play)
    for n in range(1, INTERNS + 1):
        for _ in range(CALLS_FOR_HELP):
            play.now += 1
            said(play.intern(PersonId(f"person-e{n}"), c.Help()))
        choose(play, f"P{n}")
        lines += drained(play)
    return lines


def drained(play: Play) -> list[Json]:
    """What was recorded since the last time; the play keeps nothing of it."""
    records = [record for _, records in play.commits for record in records]
    play.commits = []
    return [
        {"term": 1, "at": each.at, "event": json.loads(msgspec.json.encode(each.event))}
        for each in records
    ]


if __name__ == "__main__":
    evidence = evidence_of(a_long_morning())
    begun = time.perf_counter()
    report = verify_offer(evidence)
    spent = time.perf_counter() - begun
    problems = len(report.problems)
    sys.stdout.write(f"{report.events} events verified in {spent:.1f} s, {problems} problems\n")
