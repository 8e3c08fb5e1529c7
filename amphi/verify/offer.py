"""The verdict on an offer, on a campaign, on everything."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from amphi.verify.evidence import Evidence
from amphi.verify.problems import Problem, problem
from amphi.verify.projections import compared, served
from amphi.verify.replay import Progress, replay


@dataclass(frozen=True, slots=True)
class OfferReport:
    """One offer: `served` says which entry each person with a live assignment has."""

    offer: str
    campaign: str
    events: int
    assignments: int
    head: str | None
    problems: tuple[Problem, ...]
    served: dict[str, str]


@dataclass(frozen=True, slots=True)
class Report:
    """All offers together, with what only shows across them."""

    offers: tuple[OfferReport, ...]
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        """protocol.md §5."""
        offers = [
            {"offer": o.offer, "events": o.events, "assignments": o.assignments, "head": o.head}
            for o in self.offers
        ]
        return {"ok": self.ok, "offers": offers, "problems": [asdict(p) for p in self.problems]}


def verify_offer(evidence: Evidence, progress: Progress | None = None) -> OfferReport:
    """Replay one offer's journal and compare it with every other table that speaks of it."""
    found = replay(evidence.offer, evidence.rows, progress)
    beside = (problem(evidence.offer, seq, finding) for seq, finding in compared(found, evidence))
    live = served(found.offer)
    return OfferReport(
        offer=evidence.offer,
        campaign=evidence.campaign,
        events=len(evidence.rows),
        assignments=len(live),
        head=evidence.rows[-1].hash if evidence.rows else None,
        problems=(*found.problems, *beside),
        served={person: entry for entry, person in live.items()},
    )


def together(offers: Iterable[OfferReport]) -> Report:
    """The report on all offers, and on the campaigns they belong to."""
    reports = tuple(offers)
    problems = [each for report in reports for each in report.problems]
    return Report(reports, (*problems, *_served_in_two_offers(reports)))


def _served_in_two_offers(reports: tuple[OfferReport, ...]) -> Iterator[Problem]:
    """ "An intern has at most one live assignment per campaign, over all amphis and offers." """
    first: dict[tuple[str, str], OfferReport] = {}
    for report in reports:
        for person, entry in report.served.items():
            before = first.setdefault((report.campaign, person), report)
            if before is not report:
                facts = {"entry": entry, "other": before.offer}
                yield problem(report.offer, None, ("served_in_two_offers", facts))
