"""Every address of `/admin/api` about rankings, in one table (protocol.md §3)."""

from typing import Any

from admin_api import call_lists, imports, interns, perimeters, rankings
from admin_api import ranking_wire as wire
from admin_api.deeds import Nothing, Why
from admin_api.services import Services
from amphi.actions import contesting, ranking
from amphi.actions.perimeters import Validated
from amphi.http.answers import Page
from amphi.http.import_reports import ReportAsJson
from amphi.http.openapi import Handler, Operation
from amphi.records.imports import ImportRow, WaitingRow
from amphi.records.interns import InternRow

API = "/admin/api"
RUN = f"{API}/rankings/{{ranking}}"
LIST = f"{API}/call-lists/{{call_list}}"
INTERN = f"{API}/interns/{{person}}"

READING = (400, 401, 403, 404)
WRITING = (400, 401, 403, 404, 409, 413, 415, 422)


def ranking_operations(services: Services) -> list[Operation]:
    """All of them."""
    return [
        *_perimeters(perimeters.Perimeters(services)),
        *_rankings(rankings.Rankings(services)),
        *_call_lists(call_lists.CallLists(services)),
        *_interns(interns.Interns(services)),
        *_imports(imports.Imports(services)),
    ]


def _get(path: str, handler: Handler, answer: Any, asked: Any = None) -> Operation:
    return Operation(path, "GET", handler, answer, query=asked, errors=READING, signed_in=True)


def _post(
    path: str, handler: Handler, answer: Any, given: Any, *, method: str = "POST", status: int = 200
) -> Operation:
    return Operation(
        *(path, method, handler, answer, status), body=given, errors=WRITING, signed_in=True
    )


def _perimeters(seen: perimeters.Perimeters) -> list[Operation]:
    path = f"{API}/perimeters"
    return [
        _get(path, seen.listed, Page[wire.Perimeter]),
        _post(path, seen.founded, wire.Perimeter, perimeters.NewPerimeter, status=201),
        _post(
            f"{path}/{{perimeter}}/choices-validation",
            *(seen.validated, Validated, perimeters.ChoicesToValidate),
        ),
        _get(f"{API}/jobs/{{job}}", seen.job, wire.Job),
    ]


def _rankings(seen: rankings.Rankings) -> list[Operation]:
    return [
        _get(f"{API}/rankings", seen.listed, Page[wire.Ranking], rankings.Filters),
        _post(
            f"{API}/rankings/prerank",
            *(seen.preranked, wire.JobAsked, rankings.ToPrerank),
            status=202,
        ),
        _get(RUN, seen.one, wire.Standing),
        _get(f"{RUN}/lines", seen.lines, Page[wire.RankedLine], rankings.Paged),
        _get(f"{RUN}/lines/{{person}}", seen.explained, Page[wire.Explanation]),
        _get(f"{RUN}/ties", seen.ties, Page[wire.Tie]),
        _post(f"{RUN}/ties/{{rank}}", seen.treated, wire.Standing, rankings.TieOrder),
        _post(f"{RUN}/swaps", seen.swapped, wire.Standing, rankings.Swap),
        _get(f"{RUN}/contests", seen.contests, Page[wire.Contest]),
        _post(f"{RUN}/contests/open", seen.contests_opened, wire.Standing, rankings.Window),
        _post(
            f"{RUN}/contests/{{contest}}/answer",
            *(seen.answered, wire.Contest, rankings.ToAnswer),
        ),
        *_gestures(seen),
    ]


def _gestures(seen: rankings.Rankings) -> list[Operation]:
    """Those of one shape each."""
    plain = [
        ("validate-ties", ranking.validate_ties, "Every intern then has a unique call rank."),
        ("contests/close", contesting.close_contests, "What was filed may still be answered."),
    ]
    undoing = [
        ("back-to-ties", ranking.back_to_ties, "Undoes the validation, and the swaps with it."),
        ("reopen", ranking.reopen, "One stage back, for a correction; lists stay on record."),
    ]
    listing = [
        ("publish", ranking.publish, "A provisional version of the call list."),
        ("freeze", ranking.freeze, "A frozen version of the call list."),
    ]
    return [
        *(
            _post(f"{RUN}/{name}", seen.plain(does, says), wire.Standing, Nothing)
            for name, does, says in plain
        ),
        *(
            _post(f"{RUN}/{name}", seen.undoing(does, says), wire.Standing, Why)
            for name, does, says in undoing
        ),
        *(
            _post(f"{RUN}/{name}", seen.listing(does, says), wire.CallList, Nothing, status=201)
            for name, does, says in listing
        ),
    ]


def _call_lists(seen: call_lists.CallLists) -> list[Operation]:
    return [
        _get(f"{API}/call-lists", seen.listed, Page[wire.CallList], call_lists.Filters),
        _get(f"{LIST}/lines", seen.lines, Page[wire.ListLine], call_lists.Paged),
        Operation(
            *(f"{LIST}/plan", "GET", seen.planned, wire.SessionPlanned),
            errors=(*READING, 409, 422),
            signed_in=True,
        ),
        _post(f"{LIST}/plan", seen.plan, wire.SessionPlanned, call_lists.ToPlan, method="PUT"),
        _post(f"{LIST}/feed", seen.feed, wire.Fed, call_lists.ToFeed),
        _get(
            f"{API}/amphis/{{amphi}}/start-certificate",
            *(seen.certificate, wire.StartCertificate),
        ),
    ]


def _interns(seen: interns.Interns) -> list[Operation]:
    sheet = interns.InternSheet
    return [
        _get(f"{API}/interns", seen.listed, Page[InternRow], interns.Filters),
        _get(INTERN, seen.one, sheet),
        _post(f"{INTERN}/movements", seen.moved, interns.Touched, interns.ToMove),
        _post(f"{INTERN}/national-ranks", seen.ranked, sheet, interns.Ranks, method="PUT"),
        _post(f"{INTERN}/semesters", seen.trained, sheet, interns.Semesters, method="PUT"),
        _post(
            f"{INTERN}/out-of-discipline",
            *(seen.going, sheet, interns.OutOfDiscipline),
            method="PUT",
        ),
    ]


def _imports(seen: imports.Imports) -> list[Operation]:
    row = f"{API}/quarantine/{{row}}"
    return [
        _get(imports.IMPORTS, seen.listed, Page[ImportRow], imports.Listed),
        Operation(
            *(f"{imports.IMPORTS}/{{kind}}", "POST", seen.sent, ReportAsJson),
            query=imports.Sent,
            errors=(400, 401, 403, 404, 409, 413, 422),
            signed_in=True,
        ),
        _get(f"{API}/quarantine", seen.waiting, Page[WaitingRow], imports.Paged),
        _post(f"{row}/replay", seen.replayed, imports.Replayed, imports.Corrected),
        _post(f"{row}/discard", seen.discarded, imports.Discarded, Why),
    ]
