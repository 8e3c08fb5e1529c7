"""Ends a server whose parent is gone, on systems whose kernel does not offer to.

Run as a program of its own: `guardian.py PARENT CHILD SIGNAL`. It looks twice a second and ends with
whichever of the two ends first.
"""

import os
import sys
import time


def guard(parent: int, child: int, farewell: int) -> None:
    """Return when the child is gone, or was told to go because its parent is."""
    while lives(child):
        if os.getppid() != parent:
            os.kill(child, farewell)
            return
        time.sleep(0.5)


def lives(pid: int) -> bool:
    """Whether there is such a process; one of another account counts."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    guard(*(int(word) for word in sys.argv[1:4]))
