"""From the bytes of a load file (protocol.md §5) to a CampaignFile, or to all that is wrong with it."""

import re

import msgspec

from amphi.rules.campaign_checks import AmphiDraft, Draft, Placed, check
from amphi.rules.campaign_faults import Fault
from amphi.rules.campaign_fields import Fields, Findings
from amphi.rules.campaign_file import (
    REGIMES,
    CampaignFile,
    InternLine,
    PostLine,
    ProxyLine,
    SessionLine,
)
from amphi.rules.choosing.facts import ChoiceStatus
from amphi.rules.choosing.policy import AmphiPolicy
from amphi.rules.ids import DesCode, Millis, PostNumber, ServiceNumber

LARGEST = 32 * 1024 * 1024  # bytes; 2 000 interns with their posts make about 2 MiB
_SEMESTER = re.compile(r"[0-9]{4}-(05|11)")  # glossary.md: the year and month of its start
_HIGHEST_RANK = 100_000
_MOST_EXTRA_SECONDS = 3600
_POLICIES = AmphiPolicy.__struct_fields__


class Reading(msgspec.Struct, frozen=True):
    """`file` is None when there are faults: a file is loaded whole or not at all."""

    file: CampaignFile | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def read_campaign_file(raw: bytes, now: Millis) -> Reading:
    """All faults at once, in the order of the file; `now` only to warn of planned times gone by."""
    findings = Findings()
    document = _document(raw, findings)
    draft = None if findings.faults else _draft(document, findings)
    if draft is not None:
        check(draft, now, findings)
    sound = draft is not None and not findings.faults
    return Reading(
        _finished(draft) if draft is not None and sound else None,
        tuple(findings.faults),
        tuple(findings.warnings),
    )


def _finished(draft: Draft) -> CampaignFile:
    return CampaignFile(
        posts=tuple(each.line for each in draft.posts),
        amphis=tuple(each.finished() for each in draft.amphis),
        des=draft.des,
        **draft.campaign,
    )


def _document(raw: bytes, findings: Findings) -> object:
    if not raw.strip():
        findings.fault("", "empty_file")
    elif len(raw) > LARGEST:
        findings.fault("", "file_too_big", limit=LARGEST // 1024 // 1024)
    else:
        try:
            return msgspec.json.decode(raw.removeprefix(b"\xef\xbb\xbf"))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            findings.fault("", "not_json", byte=_byte(error, raw))
    return None


def _byte(error: Exception, raw: bytes) -> int:
    """Where reading stopped, counted from 1; the end when the file is cut short."""
    found = re.search(r"\(byte ([0-9]+)\)", str(error))
    return int(found[1]) + 1 if found else len(raw)


def _draft(document: object, findings: Findings) -> Draft:
    """What could be read of it: faulty lines are left out, so that the rest is checked too."""
    fields = Fields(document, "", findings)
    campaign = fields.nested("campaign", _campaign) or {}
    des, posts = fields.nested("offer", _offer) or ((), [])
    amphis = fields.required_list("amphis", _amphi, "no_amphis")
    fields.done()
    return Draft(campaign, des, posts, amphis)


def _campaign(value: object, path: str, findings: Findings) -> dict[str, str]:
    fields = Fields(value, path, findings)
    semester = fields.text("semester")
    if semester is not None and not _SEMESTER.fullmatch(semester):
        fields.fault("semester", "bad_semester", value=semester)
    campaign = {"name": fields.text("name"), "territory": fields.text("territory")}
    fields.done()
    return {**campaign, "semester": semester}


def _offer(
    value: object, path: str, findings: Findings
) -> tuple[tuple[DesCode, ...], list[Placed[PostLine]]]:
    fields = Fields(value, path, findings)
    des = tuple(DesCode(each) for each in fields.texts("des"))
    posts = fields.required_list("posts", _post, "no_posts")
    fields.done()
    return des, [each for each in posts if each is not None]


def _post(value: object, path: str, findings: Findings) -> Placed[PostLine] | None:
    fields = Fields(value, path, findings)
    post = PostLine(
        number=PostNumber(fields.text("number")),
        des=DesCode(fields.text("des")),
        establishment=fields.text("establishment"),
        service=fields.text("service"),
        finess=fields.text("finess", ""),
        imotep=ServiceNumber(fields.text("imotep", "")),
        supervisor=fields.text("supervisor", ""),
        department=fields.text("department", ""),
        earmark=fields.text("earmark", ""),
        reserved_for=_reserved(fields),
        regimes=_regimes(fields),
        groups=fields.texts("groups"),
    )
    return Placed(path, post) if fields.done() else None


def _reserved(fields: Fields) -> tuple[DesCode, ...]:
    """`true`: for the post's own DES; a list of codes: for those (protocol.md §5)."""
    reserved = fields.raw("reserved")
    if reserved is True:
        return (DesCode(fields.text("des")),)
    if reserved is None or reserved is False:
        return ()
    return tuple(DesCode(each) for each in fields.texts("reserved"))


def _regimes(fields: Fields) -> tuple[str, ...]:
    regimes = fields.texts("regimes")
    for n, each in enumerate(regimes):
        if each not in REGIMES:
            fields.fault(f"regimes[{n}]", "not_allowed", value=each, allowed=", ".join(REGIMES))
    return regimes


def _amphi(value: object, path: str, findings: Findings) -> AmphiDraft:
    fields = Fields(value, path, findings)
    interns = fields.required_list("interns", _intern, "no_interns")
    sessions = fields.required_list("sessions", _session, "no_sessions")
    draft = AmphiDraft(
        path=path,
        code=fields.text("code"),
        group=fields.text("group"),
        regime=fields.one_of("regime", REGIMES),
        policy=(fields.nested("policy", _policy) if fields.has("policy") else None)
        or AmphiPolicy(),
        opens_at=fields.instant("opens_at") if fields.has("opens_at") else None,
        interns=[each for each in interns if each is not None],
        sessions=[each for each in sessions if each is not None],
        whole=None not in sessions,
    )
    fields.done()
    return draft


def _policy(value: object, path: str, findings: Findings) -> AmphiPolicy:
    """One field at a time, so that each fault is found (live-rules.md: the points marked policy).

    A rule nobody knows is no comment: the amphi would run, unnoticed, by the default it meant to change.
    """
    fields = Fields(value, path, findings)
    sound = {}
    for name in _POLICIES:
        if name in fields:
            try:
                sound[name] = msgspec.convert({name: fields.raw(name)}, AmphiPolicy)
            except msgspec.ValidationError:
                fields.fault(name, "bad_policy", value=fields.raw(name))
    for name in fields.unknown():
        fields.fault(name, "unknown_policy", field=name, known=", ".join(_POLICIES))
    return AmphiPolicy(**{name: getattr(policy, name) for name, policy in sound.items()})


def _intern(value: object, path: str, findings: Findings) -> Placed[InternLine] | None:
    fields = Fields(value, path, findings)
    status = fields.one_of("choice_status", list(ChoiceStatus), ChoiceStatus.STANDARD)
    intern = InternLine(
        id=fields.text("id"),
        call_rank=fields.whole("call_rank", 1, _HIGHEST_RANK),
        first_name=fields.text("first_name"),
        last_name=fields.text("last_name"),
        email=fields.email("email"),
        des=DesCode(fields.text("des")),
        choice_status=ChoiceStatus(status or ChoiceStatus.STANDARD),
        expected_absence=fields.flag("expected_absence", default=False),
        extra_seconds=fields.whole("extra_seconds", 0, _MOST_EXTRA_SECONDS, 0),
        proxy=fields.nested("proxy", _proxy) if fields.has("proxy") else None,
    )
    return Placed(path, intern) if fields.done() else None


def _proxy(value: object, path: str, findings: Findings) -> ProxyLine:
    fields = Fields(value, path, findings)
    proxy = ProxyLine(
        email=fields.email("email"),
        first_name=fields.text("first_name"),
        last_name=fields.text("last_name"),
        accepted=fields.flag("accepted", default=True),
    )
    fields.done()
    return proxy


def _session(value: object, path: str, findings: Findings) -> Placed[SessionLine] | None:
    fields = Fields(value, path, findings)
    session = SessionLine(
        from_rank=fields.whole("from_rank", 1, _HIGHEST_RANK),
        to_rank=fields.whole("to_rank", 1, _HIGHEST_RANK),
        starts_at=fields.instant("starts_at"),
        ends_at=fields.instant("ends_at") if fields.has("ends_at") else None,
    )
    return Placed(path, session) if fields.done() else None
