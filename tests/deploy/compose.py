"""docker-compose.yml and the Dockerfile as values."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import click
from ruamel.yaml import YAML

from amphi.cli import amphi

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yml"
DOCKERFILE = ROOT / "Dockerfile"
Json = dict[str, Any]

# `${NAME…}` and `$NAME`, but not `$$`, which is a dollar for the shell in the container.
VARIABLE = re.compile(r"(?<!\$)(?:\$\$)*\$(?:\{([^}]*)\}|(\w+))")


@cache
def compose() -> Json:
    """The file with its anchors resolved."""
    read: Json = YAML(typ="safe").load(FILE)
    return read


def services() -> dict[str, Json]:
    found: dict[str, Json] = compose()["services"]
    return found


def ours() -> dict[str, Json]:
    """The services that run our own image."""
    return {name: service for name, service in services().items() if "build" in service}


def words(name: str) -> list[str]:
    """The command line of one of our programs, without `python -m amphi`."""
    return [str(word) for word in services()[name]["command"]]


def command(name: str) -> click.Command | None:
    """What the command line makes of the service's first word."""
    return amphi.get_command(click.Context(amphi), words(name)[0])


def option(name: str, of: str) -> str:
    """What follows an option in a service's command."""
    line = words(name)
    return line[line.index(of) + 1]


def environment(name: str) -> dict[str, str]:
    return {key: str(value) for key, value in services()[name].get("environment", {}).items()}


def instructions(word: str) -> list[str]:
    """What follows an instruction of the Dockerfile, wherever it stands, lines joined."""
    text = re.sub(r"\\\n", " ", DOCKERFILE.read_text(encoding="utf-8"))
    return [
        line.partition(" ")[2].strip() for line in text.splitlines() if line.startswith(f"{word} ")
    ]


def image_environment() -> dict[str, str]:
    """What ENV sets."""
    pairs = " ".join(instructions("ENV")).split()
    return dict(pair.split("=", 1) for pair in pairs)
