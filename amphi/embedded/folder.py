"""The data folder: ours or refused, held by one process at a time, never half-made.

DIR/amphi-data.json   what the folder is, and where the servers' files are
DIR/lock              held while the servers run; its text is the pid of the holder
DIR/passwords.json    random, readable by its owner only
DIR/running.json      addresses while the servers run (passwords inside: owner only)
DIR/logs/             what the servers say
home/postgres, home/valkey    their data; home is DIR, or a folder below /var/lib/amphi
"""

import contextlib
import fcntl
import os
import secrets
from pathlib import Path
from typing import TextIO, TypeVar

import msgspec

from amphi.embedded import refusals

MARKER = "amphi-data.json"
Small = TypeVar("Small", bound=msgspec.Struct)
# What an interrupted first start may leave before the marker stands.
BEFORE_THE_MARKER = {"lock", f"{MARKER}.new"}


class Marker(msgspec.Struct, kw_only=True):
    """What the folder is.

    Attributes:
        made_by: always `amphi`.
        home: where the servers' files are; empty for the folder itself.
        postgres: the major version of the cluster, 0 before there is one.
        valkey: whether there is a Valkey.
    """

    made_by: str = "amphi"
    home: str = ""
    postgres: int = 0
    valkey: bool = False


class Passwords(msgspec.Struct, kw_only=True):
    """The owner's password in PostgreSQL, and Valkey's."""

    postgres: str
    valkey: str


class Folder:
    """A data folder held by this process."""

    def __init__(self, path: Path, lock: TextIO) -> None:
        self.path = path
        self._lock = lock
        self.marker = read_marker(path) or Marker()
        self.passwords = self._passwords()
        (path / "logs").mkdir(mode=0o700, exist_ok=True)

    @property
    def home(self) -> Path:
        """Where the servers' files are."""
        return Path(self.marker.home) if self.marker.home else self.path

    def log(self, server: str) -> Path:
        """The file for what the server says."""
        return self.path / "logs" / f"{server}.log"

    def save(self) -> None:
        """Write the marker: at once or not at all."""
        write(self.path / MARKER, msgspec.json.encode(self.marker))

    def release(self) -> None:
        """Give the folder back; the lock's text goes first, so nobody reads the pid of a ghost."""
        (self.path / "running.json").unlink(missing_ok=True)
        self._lock.truncate(0)
        self._lock.close()

    def _passwords(self) -> Passwords:
        place = self.path / "passwords.json"
        if place.exists():
            return read(place, Passwords)
        if self.marker.postgres or self.marker.valkey:
            raise refusals.damaged(self.path, "les mots de passe (passwords.json) manquent")
        made = Passwords(postgres=secrets.token_urlsafe(24), valkey=secrets.token_urlsafe(24))
        write(place, msgspec.json.encode(made))
        return made


def claim(path: Path) -> Folder:
    """Hold the folder, making it when it does not exist; what is refused is left untouched.

    Raises:
        ServersRefused: `data_folder_in_use`, `data_folder_foreign`, `data_folder_damaged`,
            `data_folder_not_writable`.
    """
    place = path.expanduser().resolve()
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            place.mkdir(mode=0o711)  # others may pass through, not look: see lodging.py
        refuse_foreign(place)
        return hold(place)
    except OSError as error:
        raise refusals.not_writable(place, error) from error


def refuse_foreign(place: Path) -> None:
    """Look without touching: an empty folder or one of ours, and not somebody else's."""
    if not place.is_dir():
        raise refusals.foreign(place, "ce n'est pas un dossier")
    if place.stat().st_uid != os.geteuid():
        raise refusals.foreign(place, "il appartient à un autre utilisateur")
    if read_marker(place) is None:
        strangers = sorted({child.name for child in place.iterdir()} - BEFORE_THE_MARKER)
        if strangers:
            raise refusals.foreign(place, ", ".join(strangers[:3]))


def hold(place: Path) -> Folder:
    """Take the lock: the kernel gives it back whatever becomes of us."""
    lock = (place / "lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip()
        lock.close()
        raise refusals.in_use(place, holder) from None
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    try:
        folder = Folder(place, lock)
        if not (place / MARKER).exists():
            folder.save()
    except BaseException:
        lock.close()
        raise
    return folder


def is_held(place: Path) -> bool:
    """Whether a living process holds the folder."""
    try:
        lock = (place / "lock").open()
    except FileNotFoundError:
        return False
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def read_marker(place: Path) -> Marker | None:
    """The marker, None when there is none.

    Raises:
        ServersRefused: `data_folder_damaged`.
    """
    marker = read(place / MARKER, Marker) if (place / MARKER).exists() else None
    if marker and marker.made_by != "amphi":
        raise refusals.foreign(place, MARKER)
    return marker


def read(path: Path, kind: type[Small]) -> Small:
    """A small JSON file of ours."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise refusals.damaged(path.parent, f"{path.name} est illisible") from error


def write(path: Path, content: bytes) -> None:
    """Replace the file at once, readable by its owner only, on disk before it counts."""
    beside = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
