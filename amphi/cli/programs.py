"""`conduct`, `serve`, `admin`, `work`: one program each, from the environment."""

import asyncio
import logging
import os
from collections.abc import Callable, Coroutine
from typing import Any

import click
import structlog

from amphi import wiring
from amphi.cli.several import several
from amphi.http.door import Door
from amphi.records.migrate import migrate as migrate_database
from amphi.settings import Settings, from_environment

HOST = click.option("--host", default="127.0.0.1", show_default=True, help="Adresse d'écoute.")


def _port(default: int) -> Callable[[Any], Any]:
    return click.option(
        "--port", type=click.IntRange(1, 65535), default=default, show_default=True, help="Port."
    )


@click.command()
def conduct() -> None:
    """Conduit les amphithéâtres : tours, délais, choix."""
    _run(wiring.conduct(_settings("DATABASE_URL", "REDIS_URL")))


@click.command()
@HOST
@_port(8000)
@click.option(
    "--gateway",
    type=click.Choice(["fast", "plain"]),
    default="fast",
    show_default=True,
    envvar="AMPHI_GATEWAY",
    help="Voie des WebSockets : rapide, ou simple (la référence).",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    envvar="AMPHI_WORKERS",
    help="Processus à l'écoute du même port, un par cœur au plus.",
)
@click.option("--share-port", is_flag=True, hidden=True)
def serve(host: str, port: int, gateway: str, workers: int, share_port: bool) -> None:
    """Sert le site et les WebSockets des internes, des mandataires et du public."""
    needed = ("DATABASE_URL", "REDIS_URL", "AMPHI_SITE_ORIGIN", "AMPHI_SECRET_KEY")
    settings = _settings(*needed)
    door = Door(host, port, fast=gateway == "fast", shared=share_port)
    if workers > 1 and not share_port:
        several(workers, door)
    else:
        _run(wiring.serve(settings, door))


@click.command()
@HOST
@_port(8001)
def admin(host: str, port: int) -> None:
    """Sert la console et l'interface des agents de l'ARS."""
    needed = (
        *("DATABASE_URL", "REDIS_URL", "AMPHI_SITE_ORIGIN"),
        *("AMPHI_ADMIN_ORIGIN", "AMPHI_SECRET_KEY"),
    )
    _run(wiring.admin(_settings(*needed), host, port))


@click.command()
def work() -> None:
    """Fait le travail de fond : courriels, tâches."""
    needed = ("DATABASE_URL", "REDIS_URL", "AMPHI_SITE_ORIGIN", "AMPHI_SECRET_KEY")
    _run(wiring.work(_settings(*needed)))


@click.command()
def migrate() -> None:
    """Met le schéma de la base à jour."""
    asyncio.run(migrate_database(_settings("DATABASE_URL").owner_database_url))
    click.echo("La base est à jour.")


def _settings(*needed: str) -> Settings:
    return from_environment(os.environ, needed)


def _run(program: Coroutine[Any, Any, None]) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    with asyncio.Runner(loop_factory=_loop) as runner:
        runner.run(program)


def _loop() -> asyncio.AbstractEventLoop:
    """Prefer uvloop where there is one (not on Windows)."""
    try:
        import uvloop
    except ModuleNotFoundError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()
