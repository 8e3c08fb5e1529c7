"""Every address about rankings, for the matrix of rights."""

RUN = "/admin/api/rankings/{ranking}"
LIST = "/admin/api/call-lists/{call_list}"
INTERN = "/admin/api/interns/{person}"

OF_A_RUN = [
    ("GET", RUN),
    ("GET", f"{RUN}/lines"),
    ("GET", f"{RUN}/lines/{{person}}"),
    ("GET", f"{RUN}/ties"),
    ("GET", f"{RUN}/contests"),
    ("POST", f"{RUN}/ties/{{rank}}"),
    ("POST", f"{RUN}/validate-ties"),
    ("POST", f"{RUN}/back-to-ties"),
    ("POST", f"{RUN}/swaps"),
    ("POST", f"{RUN}/publish"),
    ("POST", f"{RUN}/contests/open"),
    ("POST", f"{RUN}/contests/close"),
    ("POST", f"{RUN}/contests/{{contest}}/answer"),
    ("POST", f"{RUN}/freeze"),
    ("POST", f"{RUN}/reopen"),
]
OF_A_LIST = [
    ("GET", f"{LIST}/lines"),
    ("GET", f"{LIST}/plan"),
    ("PUT", f"{LIST}/plan"),
    ("POST", f"{LIST}/feed"),
]
OF_AN_INTERN = [
    ("GET", INTERN),
    ("POST", f"{INTERN}/movements"),
    ("PUT", f"{INTERN}/national-ranks"),
    ("PUT", f"{INTERN}/semesters"),
    ("PUT", f"{INTERN}/out-of-discipline"),
]
OF_A_PERIMETER = [
    ("POST", "/admin/api/perimeters/{perimeter}/choices-validation"),
    ("POST", "/admin/api/rankings/prerank"),
]
OF_A_JOB = [("GET", "/admin/api/jobs/{job}")]
OF_A_WAITING_ROW = [
    ("POST", "/admin/api/quarantine/{row}/replay"),
    ("POST", "/admin/api/quarantine/{row}/discard"),
]
OF_THE_TERRITORY = [
    ("GET", "/admin/api/perimeters"),
    ("GET", "/admin/api/rankings"),
    ("GET", "/admin/api/call-lists"),
    ("GET", "/admin/api/interns"),
]
ALL = [
    *OF_A_RUN,
    *OF_A_LIST,
    *OF_AN_INTERN,
    *OF_A_PERIMETER,
    *OF_A_JOB,
    *OF_A_WAITING_ROW,
    *OF_THE_TERRITORY,
    ("GET", "/admin/api/imports"),
    ("POST", "/admin/api/imports/{kind}"),
    ("GET", "/admin/api/quarantine"),
    ("POST", "/admin/api/perimeters"),
    ("GET", "/admin/api/amphis/{amphi}/start-certificate"),
]
BODIES: dict[str, dict[str, object]] = {
    "/ties/{rank}": {"order": []},
    "/swaps": {"call_rank": 1, "why": "x"},
    "/answer": {"accepted": True, "text": "x"},
    "/plan": {"starts_at": "2027-04-06T09:00:00Z"},
    "/movements": {"kind": "cancellation", "why": "x"},
    "/national-ranks": {"rin": 1, "why": "x"},
    "/semesters": {"semesters": [], "why": "x"},
    "/out-of-discipline": {"semester": "2027-05", "discipline": None, "why": "x"},
    "/choices-validation": {"semester": "2026-05", "why": "x"},
    "/back-to-ties": {"why": "x"},
    "/reopen": {"why": "x"},
    "/replay": {"cells": {}},
    "/discard": {"why": "x"},
}


def body_of(path: str) -> dict[str, object]:
    """What the address asks for, so that only rights may refuse it."""
    return next((body for end, body in BODIES.items() if path.endswith(end)), {})
