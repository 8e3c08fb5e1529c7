"""What a long run showed, as a page to keep beside the tests."""

import os
import platform
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

from tests.faults.scene import Outcome
from tests.faults.steps import STEPS


@dataclass(frozen=True)
class Run:
    """`failed`: scenes that did not come to their end, in words."""

    command: str
    seconds: float
    outcomes: Sequence[Outcome]
    failed: Sequence[str]


HEAD = """\
# Real servers, real faults: the long run

`{command}`, {date}, Python {python} on {machine}: **{scenes} scenes in {minutes:.0f} min,
{wrong} with something wrong, {failed} that did not come to their end.**

Each scene is an amphi of its own on real PostgreSQL, Valkey, conductor and gateway processes. The
second intern's choice is held still at one step of the decision, as the bytes on the wire tell it
(`steps.py`); the journal and the feed are looked at to prove that it is that step and no other; the
blow falls, proves that it fell (`blows.py`), and is mended; two rivals want the same post meanwhile.
Every frame that anybody sent or heard goes to the checker of histories (`loadtests/history`), to the
search without a witness, and the journal to `amphi verify`: no acknowledged choice lost, none taken
twice, no turn shortened or missed, each answer right at its place.

Seconds from the blow to the answer that the chooser was waiting for (of several: the median, and the
worst in brackets). The outages themselves last 1 s (killed servers) or 3 s (stopped processes, silences,
delays); killed programs are started anew, which on a busy machine takes most of the time: the load was
{load:.0f} on {processors} processors.

"""


def page(run: Run) -> str:
    """Markdown."""
    wrong = [each for each in run.outcomes if each.wrong]
    head = HEAD.format(
        command=run.command,
        date=datetime.now(UTC).strftime("%Y-%m-%d"),
        python=platform.python_version(),
        machine=f"{platform.system()} {platform.machine()}",
        scenes=len(run.outcomes) + len(run.failed),
        minutes=run.seconds / 60,
        load=os.getloadavg()[2],
        processors=os.cpu_count(),
        wrong=len(wrong),
        failed=len(run.failed),
    )
    return head + "\n".join([*_table(run.outcomes), "", *_evidence(run.outcomes), *_faults(run)])


def _table(outcomes: Iterable[Outcome]) -> Iterable[str]:
    by: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for each in outcomes:
        by[each.blow][each.step].append(each.to_answer_s)
    yield f"| blow | {' | '.join(STEPS)} |"
    yield f"|---|{'---|' * len(STEPS)}"
    for blow, steps in by.items():
        yield f"| {blow} | {' | '.join(_cell(steps.get(step, [])) for step in STEPS)} |"


def _cell(seconds: list[float]) -> str:
    if len(seconds) > 1:
        return f"{median(seconds):.1f} ({max(seconds):.1f})"
    return f"{seconds[0]:.1f}" if seconds else "–"


def _evidence(outcomes: Iterable[Outcome]) -> Iterable[str]:
    """One line for each blow: how it is known that it fell."""
    yield "## What proves each blow"
    yield ""
    told: dict[str, Outcome] = {}
    for each in outcomes:
        told.setdefault(each.blow, each)
    for blow, each in told.items():
        frozen = f"{each.freezes} freeze(s), {each.terms} term(s), {each.events} events"
        yield f"- **{blow}**: {each.evidence.rstrip('; ')} ({frozen})."


def _faults(run: Run) -> Iterable[str]:
    yield ""
    yield "## What was wrong"
    yield ""
    found = [f"{o.step}, {o.blow}: {wrong}" for o in run.outcomes for wrong in o.wrong]
    yield from (
        (f"- {each}" for each in (*found, *run.failed)) if found or run.failed else ["Nothing."]
    )
    yield ""
