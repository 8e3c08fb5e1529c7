"""The command line: a table of names, each imported only when it is asked for.

`python -m amphi NAME …`: 0 it worked, 1 it was refused, 2 the line itself is wrong. A refusal or a
wrong line is a French sentence, never a traceback; `--json` gives machines the same facts.
"""

import importlib
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import click

from amphi.cli import french
from amphi.cli.refusals import Told, told

# name: (where it is, what the help says of it without importing it)
COMMANDS = {
    "demo": ("amphi.cli.demo:demo", "Une campagne entière, servie et jouée sur cette machine."),
    "test": ("amphi.cli.test:test", "Les essais ; les mots qui suivent vont à pytest."),
    "conduct": ("amphi.cli.programs:conduct", "Les amphithéâtres en cours."),
    "serve": ("amphi.cli.programs:serve", "Le site et les WebSockets des internes."),
    "admin": ("amphi.cli.programs:admin", "La console des agents de l'ARS."),
    "work": ("amphi.cli.programs:work", "Les travaux de fond : courriels, registres, documents."),
    "migrate": ("amphi.cli.programs:migrate", "Mettre la base de données à jour."),
    "load": ("amphi.cli.load:load", "Charger une campagne depuis un fichier."),
    "ticket": ("amphi.cli.ticket:ticket", "Donner un billet d'entrée à une connexion."),
    "operator": ("amphi.cli.operator:operator", "Le premier agent de l'ARS, ou un accès perdu."),
    "import": ("amphi.cli.bring:bring", "Importer internes, semestres ou rangs du CNG."),
    "rank": ("amphi.cli.rank:rank", "Classer les internes d'un fichier, chaque rang expliqué."),
    "interrank": ("amphi.cli.interrank:interrank", "Interclasser plusieurs concours (RIN, RI3)."),
    "verify": ("amphi.cli.verify:verify", "Vérifier un journal, indépendamment du moteur."),
    "servers": ("amphi.cli.servers:servers", "PostgreSQL et Valkey embarqués, seuls."),
    "loadtest": ("amphi.cli.loadtest:loadtest", "Une répétition sous charge, avec son bilan."),
    "journal": ("amphi.cli.journal:journal", "Donner le journal d'une offre, ligne à ligne."),
    "simulate-faults": (
        "amphi.cli.simulate_faults:simulate_faults",
        "Le cœur réel sur des serveurs simulés qui tombent en panne.",
    ),
    "rehearse": ("amphi.cli.rehearse:rehearse", "Répéter un amphithéâtre entier à pleine vitesse."),
}


class Commands(click.Group):
    """Finds commands in the table; a name that no module defines yet is not a command."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return [name for name, (place, _) in COMMANDS.items() if exists(place)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - idem
        place, _ = COMMANDS.get(cmd_name, ("", ""))
        return imported(place) if place and exists(place) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The help is quick: it imports no command."""
        with formatter.section(french.one("Commands")):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


def exists(place: str) -> bool:
    """Whether the module of `module:attribute` is there and defines it, without running it."""
    module, _, attribute = place.partition(":")
    found = importlib.util.find_spec(module)
    origin = found.origin if found else None
    return bool(origin) and f"def {attribute}(" in Path(str(origin)).read_text(encoding="utf-8")


def imported(place: str) -> click.Command:
    """The command of `module:attribute`; what fails inside the module is a bug, shown as one."""
    module, _, attribute = place.partition(":")
    command = getattr(importlib.import_module(module), attribute)
    if not isinstance(command, click.Command):
        raise TypeError(f"{place} is no click command")
    return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def amphi() -> None:
    """Les choix de stage des internes, en amphithéâtre virtuel."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave the process with its exit status."""
    words = sys.argv[1:] if arguments is None else arguments
    sys.exit(run(words))


def run(words: list[str]) -> int:
    """Run one command; the exit status is returned, never raised.

    Raises:
        Exception: only bugs; refusals and wrong lines become a sentence and a status.
    """
    french.speak()
    try:
        status = amphi.main(args=words, prog_name="python3 -m amphi", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as help_asked:
        help_asked.show()
        return 2
    except click.ClickException as error:
        return wrong_line(error, words)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrompu.", err=True)
        return 130
    except Exception as error:
        refused = told(error)
        if not refused:
            raise
        return tell(refused, words)
    return status if isinstance(status, int) else 0


def wrong_line(error: click.ClickException, words: list[str]) -> int:
    """The line cannot be understood: usage and a sentence, or the sentence as JSON."""
    if "--json" in words:
        print_json([Told("wrong_command_line", {}, error.format_message())])
    else:
        error.show()
    return error.exit_code


def tell(refused: list[Told], words: list[str]) -> int:
    """Say each refusal; with `--json` as the last line of the standard output."""
    if "--json" in words:
        print_json(refused)
    for one in refused:
        click.echo(f"Refusé ({one.code}) : {one.sentence}", err=True)
    return 1


def print_json(refused: list[Told]) -> None:
    """One line for machines."""
    line: dict[str, Any] = {"ok": False, "refused": [one._asdict() for one in refused]}
    click.echo(json.dumps(line, ensure_ascii=False, separators=(",", ":")))
