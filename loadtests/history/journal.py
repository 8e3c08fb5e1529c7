"""The lines of an offer's journal, as plain values, and where its commits begin and end."""

import json
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from loadtests.history.findings import Json


@dataclass(frozen=True, slots=True)
class Line:
    """`seq` counts from 1 without a gap; `at` is the conductor's clock of that `term`, in ms."""

    seq: int
    term: int
    at: int
    event: Json

    @property
    def kind(self) -> str:
        return str(self.event["kind"])


def lines(texts: Iterable[str]) -> list[Line]:
    """From the canonical texts of the journal, in order. ValueError: there is a gap."""
    read = [json.loads(text) for text in texts]
    found = [Line(each["seq"], each["term"], each["at"], each["event"]) for each in read]
    if [each.seq for each in found] != list(range(1, len(found) + 1)):
        raise ValueError("the journal has a gap")
    return found


class Commits:
    """Lines of one commit share term and instant; what was acknowledged or shown ends one as well."""

    def __init__(self, journal: Sequence[Line], ends: Iterable[int]) -> None:
        turns = (a.seq for a, b in pairwise(journal) if (a.term, a.at) != (b.term, b.at))
        self._ends = sorted({0, len(journal), *turns, *ends})

    def before(self, seq: int) -> int:
        """The last line of the commit before the one that holds `seq` (0: there was none)."""
        return self._ends[bisect_left(self._ends, seq) - 1]
