"""What click says, in French.

click asks `gettext` for its own sentences but ships no catalogue; ours is the table below, given to
click's modules only, so that no other library and no child process is touched.
"""

from types import ModuleType
from typing import Any

import click.core
import click.decorators
import click.exceptions
import click.formatting
import click.parser
import click.termui
import click.types

SPEAKERS: tuple[ModuleType, ...] = (
    click.core,
    click.decorators,
    click.exceptions,
    click.formatting,
    click.parser,
    click.termui,
    click.types,
)

CATALOGUE = {
    "Usage:": "Usage :",
    "Options": "Options",
    "Commands": "Commandes",
    "Positional arguments": "Arguments",
    "Show this message and exit.": "Montrer cette aide.",
    "Show the version and exit.": "Montrer la version.",
    "Try '{command} {option}' for help.": "L'aide : {command} {option}",
    "Error: {message}": "Erreur : {message}",
    "Aborted!": "Interrompu.",
    "Missing command.": "Il manque la commande.",
    "No such command {name!r}.": "La commande {name!r} n'existe pas.",
    "No such option {name!r}.": "L'option {name!r} n'existe pas.",
    "Did you mean {possibility}?": "Vouliez-vous dire {possibility} ?",
    "(Did you mean one of: {possibilities}?)": "(Vouliez-vous dire l'une de : {possibilities} ?)",
    "Option {name!r} does not take a value.": "L'option {name!r} ne prend pas de valeur.",
    "Option {name!r} requires an argument.": "L'option {name!r} demande une valeur.",
    "Option {name!r} requires {nargs} arguments.": "L'option {name!r} demande {nargs} valeurs.",
    "Argument {name!r} takes {nargs} values.": "L'argument {name!r} prend {nargs} valeurs.",
    "Takes {nargs} values but 1 was given.": "Il faut {nargs} valeurs, il y en a une.",
    "Takes {nargs} values but {len} were given.": "Il faut {nargs} valeurs, il y en a {len}.",
    "Got unexpected extra argument ({args})": "Mot en trop : {args}",
    "Got unexpected extra arguments ({args})": "Mots en trop : {args}",
    "Missing argument": "Il manque l'argument",
    "Missing option": "Il manque l'option",
    "Missing parameter": "Il manque le paramètre",
    "Missing parameter: {param_name}": "Il manque le paramètre {param_name}",
    "Missing {param_type}": "Il manque : {param_type}",
    "Invalid value: {message}": "Valeur refusée : {message}",
    "Invalid value for {param_hint}: {message}": "Valeur refusée pour {param_hint} : {message}",
    "Choose from:\n\t{choices}": "Au choix :\n\t{choices}",
    "{value!r} is not {choice}.": "{value!r} n'est pas {choice}.",
    "{value!r} is not one of {choices}.": "{value!r} n'est pas parmi {choices}.",
    "{value!r} is not a valid {number_type}.": "{value!r} n'est pas un nombre attendu ici ({number_type}).",
    "{value!r} is not a valid UUID.": "{value!r} n'est pas un UUID.",
    "{value} is not in the range {range}.": "{value} est hors des limites ({range}).",
    "{value!r} is not a valid boolean. Recognized values: {states}": (
        "{value!r} n'est ni oui ni non ; on peut écrire : {states}"
    ),
    "{name} {filename!r} does not exist.": "{filename!r} n'existe pas.",
    "{name} {filename!r} is a file.": "{filename!r} est un fichier.",
    "{name} {filename!r} is a directory.": "{filename!r} est un dossier.",
    "{name} {filename!r} is not writable.": "{filename!r} est interdit d'écriture.",
    "{name} {filename!r} is not readable.": "{filename!r} est interdit de lecture.",
    "{name} {filename!r} is not executable.": "{filename!r} est interdit d'exécution.",
    "Could not open file {filename!r}: {message}": "Le fichier {filename!r} ne s'ouvre pas : {message}",
    "file": "Fichier",
    "directory": "Dossier",
    "path": "Chemin",
    "File": "Fichier",
    "Directory": "Dossier",
    "Path": "Chemin",
    "unknown error": "raison inconnue",
    "default: {default}": "par défaut : {default}",
    "env var: {var}": "variable : {var}",
    "required": "obligatoire",
    "(dynamic)": "(calculé)",
    "deprecated": "à ne plus utiliser",
}


def speak() -> None:
    """Make click speak French in this process; doing it twice changes nothing."""
    for module in SPEAKERS:
        for name, function in (("_", one), ("ngettext", one_or_many)):
            if hasattr(module, name):
                setattr(module, name, function)
    # click offers no other place: these words are no message of its catalogue.
    click.types._NumberRangeBase._describe_range = limits  # type: ignore[assignment, method-assign] # noqa: SLF001


def one(sentence: str) -> str:
    """The French for a sentence of click's, or the sentence itself."""
    return CATALOGUE.get(sentence, sentence)


def one_or_many(single: str, several: str, count: int) -> str:
    """The French for one or for several (in French, zero is singular)."""
    return one(single if abs(count) < 2 else several)


def limits(numbers: Any) -> str:
    """What a number may be, in words: click's own says `10<=x<=2000` in every language."""
    if numbers.max is None:
        return f"au moins {numbers.min}"
    if numbers.min is None:
        return f"au plus {numbers.max}"
    return f"de {numbers.min} à {numbers.max}"
