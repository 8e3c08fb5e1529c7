"""What is found wrong: which check, where, in a sentence for whoever runs the tests."""

from collections.abc import Iterator
from typing import Any, NamedTuple


class Finding(NamedTuple):
    """`check` is for machines; `seq` the line of the journal it is about, when there is one."""

    check: str
    sentence: str
    seq: int | None = None

    def __str__(self) -> str:
        place = "" if self.seq is None else f" (line {self.seq})"
        return f"{self.check}{place}: {self.sentence}"


Findings = Iterator[Finding]
Json = dict[str, Any]
