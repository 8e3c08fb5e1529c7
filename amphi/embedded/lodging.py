"""Where the servers live: in the data folder, or below /var/lib/amphi when they cannot get there.

Under root the servers run as `nobody`, who cannot enter a 0700 parent (/root, `mktemp -d`). Then the
programs and the data live in a root-owned folder whose name nobody else can take, and the data
folder holds a pointer to it (`home` in its marker).
"""

import hashlib
import secrets
import shutil
from pathlib import Path
from typing import NamedTuple

from amphi.embedded import binaries
from amphi.embedded.accounts import Account, can_enter
from amphi.embedded.folder import Folder
from amphi.embedded.refusals import damaged

ELSEWHERE = Path("/var/lib/amphi")


class Programs(NamedTuple):
    """The programs to launch, where the account may run them."""

    postgres: binaries.Postgres | None
    valkey: Path | None


def choose_home(folder: Folder, account: Account) -> None:
    """Decide once where the data lives; a pointer that leads nowhere is damage."""
    if folder.marker.home:
        if not folder.home.is_dir():
            raise damaged(folder.path, f"{folder.home} manque")
        return
    fresh = not folder.marker.postgres and not folder.marker.valkey
    if fresh and not can_enter(account, folder.path):
        folder.marker.home = str(make_elsewhere(folder.path))
        folder.save()


def make_elsewhere(path: Path) -> Path:
    """A new folder named after DIR; the random end lets a deleted DIR come back without its ghost."""
    make_open(ELSEWHERE)
    named = hashlib.sha256(str(path).encode()).hexdigest()[:16]
    return make_open(ELSEWHERE / f"{named}-{secrets.token_hex(4)}")


def make_open(folder: Path) -> Path:
    """A folder of ours that others may pass through without looking around."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    return folder


def programs(folder: Folder, account: Account, *, postgres: bool, valkey: bool) -> Programs:
    """The programs, copied beside the data when the account cannot reach them where they are."""
    found_postgres = binaries.postgres() if postgres else None
    found_valkey = binaries.valkey() if valkey else None
    if found_postgres and not can_enter(account, found_postgres.bin):
        found_postgres = binaries.copy_postgres(found_postgres, shelf(folder, account))
    if found_valkey and not can_enter(account, found_valkey.parent):
        found_valkey = binaries.copy_valkey(found_valkey, shelf(folder, account))
    return Programs(found_postgres, found_valkey)


def shelf(folder: Folder, account: Account) -> Path:
    """The folder for copied programs: beside the data if the account gets there."""
    if not can_enter(account, folder.home):
        raise damaged(folder.path, "le compte des serveurs ne peut plus y entrer")
    return make_open(folder.home / "programs")


def remove(path: Path) -> None:
    """Delete a data folder and what it points to; for tests and for demos that keep nothing."""
    from amphi.embedded.folder import claim

    folder = claim(path)
    if folder.marker.home and folder.home.parent == ELSEWHERE:
        shutil.rmtree(folder.home)
    folder.release()
    shutil.rmtree(folder.path)
