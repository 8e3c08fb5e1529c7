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
UNSHARE = "/usr/bin/unshare"  # util-linux, on every distribution


class Account(NamedTuple):
    """A user and group id; `borrowed` when they are not ours.

    `named`: what to put before a command that insists on an account with a name.
    """

    uid: int
    gid: int
    borrowed: bool
    named: tuple[str, ...] = ()

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
        return _unnamed(ours)
    return Account(found.pw_uid, found.pw_gid, borrowed=ours == 0)


def _unnamed(ours: int) -> Account:
    """A number without a name (`docker run --user 1234`): initdb asks for one, the server does not.

    In a user namespace of its own initdb sees itself as `nobody`; outside, its files are ours.
    Raises ServersRefused where the machine forbids such namespaces.
    """
    named = (UNSHARE, "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--")
    account = Account(ours, os.getegid(), borrowed=False, named=named)
    if not ours or not Path(UNSHARE).exists() or run_as(account, ["/usr/bin/id", "-un"]).returncode:
        raise account_unknown(ours or NOBODY)
    return account


def run_as(
    account: Account, command: list[str], stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a short command to its end under the account, in the C locale; never raises on failure."""
    return subprocess.run(
        [*account.named, *command],
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
