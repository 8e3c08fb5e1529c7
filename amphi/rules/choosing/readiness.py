"""What the call list must be before a session starts: red lines block it (live-rules.md §1)."""

from amphi.rules.choosing.sessions import is_partition
from amphi.rules.choosing.state import Amphi


def red_lines(amphi: Amphi) -> list[str]:
    """ "Red: duplicate or missing ranks, unranked interns, sessions that are no partition." """
    ranks = [entry.rank for entry in amphi.entries.values()]
    lines = {
        "no_interns": not ranks,
        "duplicate_ranks": len(set(ranks)) != len(ranks),
        "unranked_interns": any(rank < 1 for rank in ranks),
        "sessions_not_a_partition": not is_partition((s.facts for s in amphi.sessions), ranks),
    }
    return [line for line, red in lines.items() if red]
