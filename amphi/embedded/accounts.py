"""Under which account the servers run: ours, or `nobody` when we are root.

PostgreSQL refuses root; a server that needs no privilege gets none.
"""

import os
import pwd
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from amphi.embedded.refusals import account_unknown

NOBODY = 65534


class Account(NamedTuple):
    """A user and group id; `borrowed` when they are not ours."""

    uid: int
    gid: int
    borrowed: bool

    @property
    def become_user(self) -> int | None:
        """What subprocess calls `user`: None to stay who we are."""
        return self.uid if self.borrowed else None

    @property
    def become_group(self) -> int | None:
        """What subprocess calls `group`."""
        return self.gid if self.borrowed else None

    @property
    def become_groups(self) -> list[int] | None:
        """What subprocess calls `extra_groups`: none of ours go along."""
        return [] if self.borrowed else None


def server_account() -> Account:
    """Ours, or that of `nobody` when we are root.

    Raises:
        ServersRefused: `account_unknown`.
    """
    ours = os.geteuid()
    try:
        found = pwd.getpwuid(ours) if ours else pwd.getpwnam("nobody")
    except KeyError:
        raise account_unknown(ours or NOBODY) from None
    return Account(found.pw_uid, found.pw_gid, borrowed=ours == 0)


def run_as(
    account: Account, command: list[str], stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a short command to its end under the account, in the C locale; never raises on failure."""
    return subprocess.run(
        command,
        input=stdin,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        cwd="/",
        env=plain_environment(),
        user=account.become_user,
        group=account.become_group,
        extra_groups=account.become_groups,
    )


def plain_environment() -> dict[str, str]:
    """What servers inherit: no PG* variable, no locale, no secret of ours."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def can_enter(account: Account, folder: Path) -> bool:
    """Whether the account gets through every folder on the way, tried rather than computed."""
    if not account.borrowed:
        return True
    return run_as(account, ["/bin/sh", "-c", 'cd "$0"', str(folder)]).returncode == 0


def make_private(account: Account, folder: Path) -> Path:
    """A new folder that belongs to the account alone."""
    folder.mkdir(mode=0o700)
    give(account, folder)
    return folder


def give(account: Account, path: Path) -> None:
    """Make the account own the file or folder."""
    if account.borrowed:
        shutil.chown(path, account.uid, account.gid)
