"""Peers in a folder of their own, outside the repository: from npm, PyPI, Debian, and from C here."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
NPM = ("ws", "socket.io")
PYPI = (
    *("websockets", "uvicorn", "uvloop", "httptools", "starlette"),
    *("django", "channels", "channels_redis"),
)
DEBIAN = ("nginx", "libnginx-mod-nchan")
C_SOURCES = {"crowd": HERE / "crowd.c", "epoll_server": HERE / "servers" / "epoll_server.c"}


class Installed:
    """Where things are. What could not be installed is missing, and said so."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = folder / "python" / "bin" / "python"
        self.node_modules = folder / "node" / "node_modules"
        self.nginx = folder / "debian" / "usr" / "sbin" / "nginx"
        self.nginx_modules = folder / "debian" / "usr" / "lib" / "nginx" / "modules"

    def program(self, name: str) -> Path:
        """One compiled from C."""
        return self.folder / name


def install(folder: Path) -> Installed:
    """What is there already is not fetched again; C is compiled each time."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Installed(folder)
    for name, source in C_SOURCES.items():
        _run("gcc", "-O2", "-Wall", "-Wextra", "-o", str(made.program(name)), str(source))
    for wanted, steps in (
        (made.python, _python),
        (made.node_modules / "socket.io", _node),
        (made.nginx, _debian),
    ):
        if not wanted.exists():
            try:
                steps(folder)
            except (OSError, subprocess.CalledProcessError) as failed:
                sys.stderr.write(f"not installed: {wanted.name}: {failed}\n")
    return made


def _python(folder: Path) -> None:
    place = folder / "python"
    shutil.rmtree(place, ignore_errors=True)
    try:
        _run(sys.executable, "-m", "venv", str(place))
        _run(str(place / "bin" / "pip"), "install", "--quiet", *PYPI)
    except subprocess.CalledProcessError:
        shutil.rmtree(place, ignore_errors=True)  # half an environment is none
        raise


def _node(folder: Path) -> None:
    place = folder / "node"
    place.mkdir(exist_ok=True)
    quiet = ("--no-audit", "--no-fund", "--loglevel", "error")
    _run("npm", "install", "--prefix", str(place), *quiet, *NPM)


def _debian(folder: Path) -> None:
    """Unpacked, not installed: nobody needs to be root."""
    packages, place = folder / "packages", folder / "debian"
    packages.mkdir(exist_ok=True)
    _run("apt-get", "download", *DEBIAN, within=packages)
    for package in packages.glob("*.deb"):
        _run("dpkg", "-x", str(package), str(place))


def _run(*words: str, within: Path | None = None) -> None:
    subprocess.run(words, check=True, cwd=within, stdout=sys.stderr, env=os.environ | _QUIET)


_QUIET = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "DEBIAN_FRONTEND": "noninteractive"}
