"""Who appears in the preranking of a perimeter, and as what (ranking.md §4; R §1, §4)."""

from collections.abc import Iterable, Iterator

import msgspec

from amphi.rules.ranking.perimeters import Perimeter, discipline_key
from amphi.rules.ranking.preranking import Intern, Place, Placed


class Discipline(msgspec.Struct, frozen=True):
    """A discipline as people read it, and the perimeter in which its interns are ranked."""

    name: str
    perimeter: Perimeter


class Member(msgspec.Struct, frozen=True):
    """An intern on file; `destination`: of the out-of-discipline stage of next semester, if any."""

    intern: Intern
    own: Discipline
    destination: Discipline | None = None
    active: bool = True

    @property
    def going(self) -> Discipline | None:
        """Where the intern will choose, when that is another discipline."""
        elsewhere = self.destination
        if elsewhere and discipline_key(elsewhere.name) != discipline_key(self.own.name):
            return elsewhere
        return None


def places(perimeter: Perimeter, members: Iterable[Member]) -> Iterator[Placed]:
    """The lines to rank.

    "An intern leaving is listed in the own discipline as *sortant*, in the destination as
    *entrant*; when both are in one group, both rows appear" (ranking.md §4)
    """
    for each in members:
        if each.active:
            yield from _rows(perimeter, each)


def _rows(perimeter: Perimeter, member: Member) -> Iterator[Placed]:
    """What the Discipline column shows.

    "for a standard row the intern's discipline, or the destination when leaving; for an entering
    row the intern's own" (ranking.md §4)
    """
    going, own = member.going, member.own
    if own.perimeter == perimeter and going is None:
        yield Placed(member.intern, Place.STANDARD, own.name)
    elif own.perimeter == perimeter and going is not None:
        yield Placed(member.intern, Place.LEAVING, going.name)
    if going is not None and going.perimeter == perimeter:
        yield Placed(member.intern, Place.ENTERING, own.name)
