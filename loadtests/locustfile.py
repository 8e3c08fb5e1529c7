"""`locust -f loadtests/locustfile.py`: a morning under load, as ARS teams rehearse it.

With the web page, or headless; alone, or with `--master` and `--worker`. `loadtests/README.md` says
how to get the file of tickets, and what `python3 -m amphi loadtest` does by itself.
"""

import logging
import shlex
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import gevent
from locust import events as locust_events
from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

# Locust looks in this folder; the package is above it.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from loadtests import budgets, oracle
from loadtests.book import write
from loadtests.people import Ticket, parsed, read, shares
from loadtests.rehearsal import Rehearsal, rehearsal_of
from loadtests.scenarios import SCENARIOS
from loadtests.users import Console, Intern, Operator, Reader, Spectator

LOOK_S = 0.5
ALL_USED = (
    "Les billets servent une fois : donnez --amphi-command pour en avoir d'autres, "
    "ou refaites people.jsonl et relancez Locust."
)
log = logging.getLogger(__name__)
events: Any = locust_events  # they have no types
__all__ = ["Console", "Intern", "Operator", "Reader", "Spectator"]


def options(parser: ArgumentParser) -> None:
    """What Locust does not know of."""
    group = parser.add_argument_group("amphi")
    group.add_argument("--scenario", choices=sorted(SCENARIOS), default="choosing")
    group.add_argument("--amphi", default="", help="id de l'amphithéâtre")
    group.add_argument("--offer", default="", help="id de son offre, pour l'oracle")
    group.add_argument("--people", default="", help="billets : amphi ticket AMPHI --everybody")
    group.add_argument("--console", default="", help="adresse de la console des agents")
    group.add_argument("--operator-link", default="", help="amphi operator add …, pour la console")
    group.add_argument("--budgets", default=str(budgets.BUDGETS), help="seuils (TOML)")
    group.add_argument(
        "--until-enough",
        action="store_true",
        help="s'arrête dès que tout s'est produit assez souvent (at_least des seuils)",
    )
    group.add_argument("--record", default="", help="où noter ce que les clients entendent")
    group.add_argument(
        "--amphi-command", default="", help="comment joindre la ligne de commande, pour l'oracle"
    )


def begin(environment: Environment, **_: Any) -> None:
    """The mix of users is the scenario's; workers wait for their share of the tickets."""
    rehearsal = rehearsal_of(environment)
    scenario = rehearsal.scenario
    Intern.weight, Spectator.weight = scenario.interns, scenario.spectators
    Reader.weight = scenario.readers
    Console.fixed_count = 1 if rehearsal.options.operator_link else 0
    Console.weight = 0
    if not rehearsal.options.record:
        rehearsal.options.record = str(Path(tempfile.mkdtemp(prefix="amphi-load-")) / "notes.jsonl")
    if isinstance(environment.runner, WorkerRunner):
        environment.runner.register_message("tickets", _take_share)


def hand_out(environment: Environment, **_: Any) -> None:
    """Each intern's ticket to one process. The operators' to all: Locust has one operator, wherever."""
    rehearsal = rehearsal_of(environment)
    runner = environment.runner
    if isinstance(runner, WorkerRunner) or not rehearsal.options.people:
        return
    rehearsal.starts += 1
    known = _tickets(rehearsal)
    if not known and runner is not None:
        log.error(ALL_USED)
        gevent.spawn_later(LOOK_S, runner.stop)
    tickets = [each for each in known if not each.operator]
    operators = [each for each in known if each.operator]
    if not isinstance(runner, MasterRunner):
        rehearsal.people.replace(tickets)
        rehearsal.operators.replace(operators)
        return
    workers = sorted(runner.clients)
    for worker, share in zip(workers, shares(tickets, len(workers)), strict=True):
        runner.send_message("tickets", {"people": share, "operators": operators}, worker)


def begin_anew(environment: Environment, **_: Any) -> None:
    rehearsal_of(environment).book.again()


def _tickets(rehearsal: Rehearsal) -> list[Ticket]:
    """Of the file. A ticket is good once: when the page starts a run again, others are asked for."""
    if rehearsal.starts == 1:
        return read(Path(rehearsal.options.people))
    command = shlex.split(rehearsal.options.amphi_command)
    if not command:
        return []
    words = [*command, "ticket", rehearsal.options.amphi, "--everybody"]
    said = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    return parsed(said.stdout) if said.returncode == 0 else []


def watch(environment: Environment, **_: Any) -> None:
    """Looks now and then whether it is enough; `--run-time` is the longest it may take."""
    rehearsal = rehearsal_of(environment)
    if rehearsal.options.until_enough and not isinstance(environment.runner, WorkerRunner):
        gevent.spawn(_until_enough, environment, rehearsal)


def _until_enough(environment: Environment, rehearsal: Rehearsal) -> None:
    allowed = _allowed(rehearsal)
    while budgets.lacking(allowed, _figures(environment)):
        gevent.sleep(LOOK_S)
    if environment.runner is not None:
        environment.runner.quit()


def _take_share(environment: Environment, msg: Any, **_: Any) -> None:
    rehearsal = rehearsal_of(environment)
    rehearsal.people.replace(Ticket(*each) for each in msg.data["people"])
    rehearsal.operators.replace(Ticket(*each) for each in msg.data["operators"])


def send_notes(data: dict[str, Any], **_: Any) -> None:
    """A worker's notes go with its figures."""
    data["notes"] = [line for each in _here for line in each.book.take()]


def keep_notes(data: dict[str, Any], **_: Any) -> None:
    for rehearsal in _here:
        write(data.get("notes", []), rehearsal.notes)


_here: list[Rehearsal] = []


def remember(environment: Environment, **_: Any) -> None:
    """Reports do not say of which environment they are; there is one in each process."""
    _here[:] = [rehearsal_of(environment)]


def judge(environment: Environment, **_: Any) -> None:
    """Budgets and oracle set the exit status: 0 all is well, 1 it is not."""
    rehearsal = rehearsal_of(environment)
    if isinstance(environment.runner, WorkerRunner):
        return
    write(rehearsal.book.take(), rehearsal.notes)
    wrong = [*_over_budget(environment, rehearsal), *_unexplained(rehearsal)]
    for line in wrong:
        sys.stderr.write(f"REFUSÉ : {line}\n")
    if not wrong:
        sys.stderr.write("Tous les seuils sont tenus ; rien à redire à l'histoire.\n")
    environment.process_exit_code = 1 if wrong else 0


def _over_budget(environment: Environment, rehearsal: Rehearsal) -> list[str]:
    failures = environment.stats.total.fail_ratio
    return budgets.exceeded(_allowed(rehearsal), _figures(environment), failures)


def _figures(environment: Environment) -> dict[str, Any]:
    entries = environment.stats.entries.values()
    return {f"{entry.method} {entry.name}": entry for entry in entries}


def _allowed(rehearsal: Rehearsal) -> dict[str, Any]:
    return budgets.budgets_of(rehearsal.options.scenario, Path(rehearsal.options.budgets))


def _unexplained(rehearsal: Rehearsal) -> list[str]:
    command = shlex.split(rehearsal.options.amphi_command)
    if not command or not rehearsal.options.offer:
        sys.stderr.write("Sans --amphi-command ni --offer, le journal n'est pas vérifié ici.\n")
        return []
    return oracle.findings(command, rehearsal.options.offer, rehearsal.notes)


events.init_command_line_parser.add_listener(options)
events.init.add_listener(begin)
events.init.add_listener(remember)
events.test_start.add_listener(begin_anew)
events.test_start.add_listener(hand_out)
events.test_start.add_listener(watch)
events.report_to_master.add_listener(send_notes)
events.worker_report.add_listener(keep_notes)
events.quitting.add_listener(judge)
