"""Makes the environment `.venv` from a hash-pinned lock, then runs Amphi inside it.

Standard library only: nothing is installed yet when this runs. The environment is a function of the
lock and of the interpreter; a stamp over both is written last, so a half-made environment is never
mistaken for a finished one.
"""

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAMP = "amphi-stamp.json"
# What a command needs beyond what the programs need; every other command runs with run.lock.
LOCK_OF_COMMAND = {"test": "dev", "loadtest": "dev"}
CONTAINED_IN = {"run": ("run", "dev"), "dev": ("dev",)}


class BootstrapError(Exception):
    """The environment cannot be made; the message is one French sentence for the person waiting."""


def enter(arguments: list[str], root: Path = ROOT) -> None:
    """Return when this process runs in the right environment; else make it and replace the process.

    Args:
        arguments: what follows `python -m amphi`.
        root: the folder of the project, where `.venv` lies.
    """
    needed = lock_for(arguments)
    if os.environ.get("AMPHI_NO_BOOTSTRAP") == "1":  # containers bring their own environment
        return
    try:
        prepare(root, needed)
    except BootstrapError as error:
        sys.exit(f"amphi : {error}")
    except OSError as error:
        sys.exit(f"amphi : {sentence_for(error)}")
    except KeyboardInterrupt:
        sys.exit("amphi : mise en place interrompue ; relancez la même commande pour reprendre.")
    if Path(sys.prefix).resolve() != (root / ".venv").resolve():
        replace_process(root, arguments)


def lock_for(arguments: list[str]) -> str:
    """The name of the lock the command needs: its first word that is no option decides."""
    command = next((word for word in arguments if not word.startswith("-")), "")
    return LOCK_OF_COMMAND.get(command, "run")


def prepare(root: Path, needed: str) -> None:
    """Make `.venv` hold everything of the lock `needed`, unless its stamp says it does.

    Raises:
        BootstrapError: with the French sentence to show.
    """
    if is_current(root, needed):
        return
    with only_one(root):
        if is_current(root, needed):  # the other start has made it while we waited
            return
        say("Première mise en place : l'environnement de Python se prépare (une à trois minutes)…")
        install(root, needed)
        write_stamp(root, needed)
        say("Mise en place terminée.")


# ------------------------------------------------------------------------------------- the stamp


def is_current(root: Path, needed: str) -> bool:
    """Whether the stamp was written for this lock (or a larger one) and this interpreter."""
    stamp = read_stamp(root)
    if not stamp or stamp.get("interpreter") != interpreter(root):
        return False
    return any(stamp.get(name) == digest(root, name) for name in CONTAINED_IN[needed])


def read_stamp(root: Path) -> dict[str, str]:
    """The stamp, empty when there is none or it cannot be understood: then we install again."""
    try:
        found = json.loads((root / ".venv" / STAMP).read_text())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_stamp(root: Path, needed: str) -> None:
    """Write the stamp beside its place, then move it there: readers see all of it or nothing."""
    kept = {name: value for name, value in read_stamp(root).items() if value == digest(root, name)}
    stamp = kept | {"interpreter": interpreter(root)}
    stamp |= {name: digest(root, name) for name in CONTAINED_IN if needed in CONTAINED_IN[name]}
    beside = root / ".venv" / f"{STAMP}.{os.getpid()}"
    beside.write_text(json.dumps(stamp))
    beside.replace(root / ".venv" / STAMP)


def digest(root: Path, name: str) -> str:
    """What the lock holds, as one word; empty for a name that is no lock."""
    path = root / "amphi" / "locks" / f"{name}.lock"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def interpreter(root: Path) -> str:
    """The Python behind `.venv`, as path, size and date: an upgraded one is another one."""
    real = python_of(root).resolve()
    if not real.is_file():
        return ""
    seen = real.stat()
    return f"{root / '.venv'} {real} {seen.st_size} {seen.st_mtime_ns}"


def python_of(root: Path) -> Path:
    """The interpreter of the environment."""
    return root / ".venv" / "bin" / "python"


# --------------------------------------------------------------------------------- the installing


def install(root: Path, needed: str) -> None:
    """Make the environment when there is none that works, and install the lock into it."""
    if made_from_another_lock(root) or not works(root):
        create(root)
    lock = root / "amphi" / "locks" / f"{needed}.lock"
    uv = shutil.which("uv")
    if uv and run_installer(root, with_uv(uv, root, lock)) == 0:
        return
    if uv:
        say("uv n'y est pas parvenu ; pip prend la suite.")
    if bring_pip(root) != 0 or run_installer(root, with_pip(root, lock)) != 0:
        raise BootstrapError(
            "l'installation des bibliothèques a échoué (les lignes ci-dessus disent pourquoi). "
            "Sans réseau vers un dépôt de paquets Python, la première mise en place n'est pas "
            "possible ; relancez la même commande pour reprendre."
        )


def made_from_another_lock(root: Path) -> bool:
    """Whether the stamp names a lock that has changed since: what it left behind must go."""
    stamp = read_stamp(root)
    return any(stamp[name] != digest(root, name) for name in CONTAINED_IN if name in stamp)


def works(root: Path) -> bool:
    """Whether `.venv` has a Python that starts and is recent enough, whoever made it."""
    probe = [str(python_of(root)), "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
    return python_of(root).is_file() and subprocess.run(probe, check=False).returncode == 0


def create(root: Path) -> None:
    """A fresh `.venv` with pip.

    Raises:
        BootstrapError: Python came without ensurepip (Debian: package python3-venv).
    """
    if find_spec("ensurepip") is None or find_spec("venv") is None:
        raise BootstrapError(
            "ce Python n'a pas le module venv complet (venv ou ensurepip manque). "
            "Sur Debian ou Ubuntu : apt-get install python3-venv ; puis relancez."
        )
    import venv  # some systems package it apart

    try:
        venv.EnvBuilder(clear=True, symlinks=True, with_pip=True).create(root / ".venv")
    except subprocess.CalledProcessError as error:
        said = (error.output or b"").decode(errors="replace").strip().splitlines()[-1:]
        raise BootstrapError(
            f"l'environnement .venv n'a pas pu être créé. {' '.join(said)}"
        ) from error


def with_uv(uv: str, root: Path, lock: Path) -> list[str]:
    """The command for uv: faster, when the machine has it."""
    python = str(python_of(root))
    return [
        uv,
        "pip",
        "install",
        "--quiet",
        "--compile-bytecode",
        "--python",
        python,
        *ONLY_THE_LOCK,
        "-r",
        str(lock),
    ]


def with_pip(root: Path, lock: Path) -> list[str]:
    """The command for pip, whose own settings (mirror, find-links, proxy) stay in force."""
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-deps"]
    return [str(python_of(root)), "-m", "pip", "install", *quiet, *ONLY_THE_LOCK, "-r", str(lock)]


def bring_pip(root: Path) -> int:
    """Install pip into an environment made without it (uv makes them so)."""
    probe = [str(python_of(root)), "-c", "import pip"]
    if subprocess.run(probe, capture_output=True, check=False).returncode == 0:
        return 0
    return run_installer(root, [str(python_of(root)), "-m", "ensurepip"])


ONLY_THE_LOCK = ["--only-binary", ":all:", "--require-hashes"]


def run_installer(root: Path, command: list[str]) -> int:
    """Run it with its cache beside `.venv`; what it says goes to the error output."""
    cache = root / ".cache"
    places = {"PIP_CACHE_DIR": str(cache / "pip"), "UV_CACHE_DIR": str(cache / "uv")}
    environment = os.environ | places | {"UV_LINK_MODE": "copy", "PYTHONDONTWRITEBYTECODE": ""}
    return subprocess.run(command, env=environment, stdout=sys.stderr, check=False).returncode


# ------------------------------------------------------------------------------------ the process


@contextlib.contextmanager
def only_one(root: Path) -> Iterator[None]:
    """Hold the lock file: of two starts at once one installs, the other waits."""
    (root / ".cache").mkdir(exist_ok=True)
    refuse_full_disk(root)
    with (root / ".cache" / "bootstrap.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Une autre mise en place est en cours ; j'attends qu'elle finisse…")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def refuse_full_disk(root: Path, needed: int = 900_000_000) -> None:
    """Better one clear line now than a half-made environment in a minute (`needed` in bytes)."""
    free = shutil.disk_usage(root).free
    if free < needed:
        raise BootstrapError(
            f"disque presque plein : {free // 1_000_000} Mo libres sous {root}, "
            f"il en faut {needed // 1_000_000}."
        )


def replace_process(root: Path, arguments: list[str]) -> None:
    """Become `python -m amphi …` of the environment: same process, same terminal, same signals."""
    place = os.environ.get("PYTHONPATH", "")
    if str(root) not in place.split(os.pathsep):
        os.environ["PYTHONPATH"] = os.pathsep.join([str(root), place]).rstrip(os.pathsep)
    sys.stdout.flush()
    sys.stderr.flush()
    python = str(python_of(root))
    os.execv(python, [python, "-m", "amphi", *arguments])  # noqa: S606 - no shell wanted


def sentence_for(error: OSError) -> str:
    """The French sentence for what the machine refused."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "disque plein : libérez de la place, puis relancez la même commande."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"je n'ai pas le droit d'écrire ici : {error.filename}."
    return f"la mise en place a échoué : {error.strerror} ({error.filename})."


def say(line: str) -> None:
    """A line of progress, on the error output: the standard output belongs to the command."""
    print(line, file=sys.stderr, flush=True)
