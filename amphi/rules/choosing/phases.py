"""What may happen in which phase: one table (live-rules.md §1). The diagram is drawn from it."""

from amphi.rules.choosing import commands as c
from amphi.rules.choosing import events as e
from amphi.rules.choosing.state import Phase

PLANNED, VALIDATED, OPEN = Phase.PLANNED, Phase.VALIDATED, Phase.OPEN
RUNNING, PAUSED, BETWEEN = Phase.RUNNING, Phase.PAUSED, Phase.BETWEEN_SESSIONS
CATCH_UP, CLOSED = Phase.CATCH_UP, Phase.CLOSED

UNDER_WAY = (RUNNING, PAUSED, BETWEEN, CATCH_UP)

OK = ""  # the gesture may be tried

# The refusal each gesture meets in each phase.
_COLUMNS = (PLANNED, VALIDATED, OPEN, RUNNING, PAUSED, BETWEEN, CATCH_UP, CLOSED)
_not_yet = ("amphi_not_validated", "amphi_not_open")
_not_running = ("amphi_not_running",) * 3
_prepared = ("amphi_not_validated", OK, OK)
_before_the_start = ("amphi_not_validated", OK, OK, *("already_started",) * 4, "amphi_closed")
_on_the_turn = (*_not_running, OK, OK, "no_turn", OK, "amphi_closed")
_on_an_entry = (*_prepared, OK, OK, OK, OK, "amphi_closed")
_on_posts = (*("not_paused_for_posts",) * 4, OK, *("not_paused_for_posts",) * 3)
_after_validation = ("amphi_not_validated", *(OK,) * 7)
_once_started = (*_not_running, *(OK,) * 5)

_ROWS: dict[type[c.Order], tuple[str, ...]] = {
    c.Choose: (*_not_running, OK, "amphi_paused", "amphi_not_running", OK, "amphi_closed"),
    c.Ready: (*_not_running, OK, OK, OK, OK, "amphi_closed"),
    c.Help: (*_not_yet, OK, OK, OK, OK, OK, "amphi_closed"),
    c.GrantProxy: _on_an_entry,
    c.AcceptProxy: _on_an_entry,
    c.CancelProxy: _on_an_entry,
    c.Validate: (OK, *("already_validated",) * 7),
    c.Publish: ("amphi_not_validated", OK, *("already_published",) * 6),
    c.Start: (
        *_not_yet,
        OK,
        "already_started",
        "amphi_paused",
        OK,
        "no_session_left",
        "amphi_closed",
    ),
    c.Pause: (
        *("nothing_to_pause",) * 3,
        OK,
        "already_paused",
        "nothing_to_pause",
        OK,
        "nothing_to_pause",
    ),
    c.Resume: (*("not_paused",) * 4, OK, *("not_paused",) * 3),
    c.Close: (
        *("not_in_catch_up",) * 3,
        "turn_in_progress",
        "amphi_paused",
        "not_in_catch_up",
        OK,
        "already_closed",
    ),
    c.Reschedule: _before_the_start,
    c.ReplaceOffer: _before_the_start,
    c.ReplaceCallList: _before_the_start,
    c.AddTime: _on_the_turn,
    c.RestartTurn: _on_the_turn,
    c.EndTurn: _on_the_turn,
    c.Place: (*_not_running, OK, OK, OK, OK, "amphi_closed"),
    c.Exclude: _on_an_entry,
    c.Restore: _on_an_entry,
    c.SetAbsence: _on_an_entry,
    c.SetExtraTime: _on_an_entry,
    c.DecideStatusRequest: _after_validation,
    c.ChooseFor: (*_not_running, OK, "amphi_paused", "amphi_not_running", OK, OK),
    c.WithdrawPost: _on_posts,
    c.AddPost: _on_posts,
    c.PostNotice: _after_validation,
    c.Rectify: _once_started,
    c.ApproveRectification: _once_started,
    c.LowerFlag: _after_validation,
}

REFUSED_IN: dict[type[c.Order], dict[Phase, str]] = {
    order: dict(zip(_COLUMNS, row, strict=True)) for order, row in _ROWS.items()
}

# Which event leads from which phase to which; a Resumed goes back to where the pause came from.
TRANSITIONS: dict[tuple[Phase, type[e.Event]], tuple[Phase, ...]] = {
    (PLANNED, e.AmphiValidated): (VALIDATED,),
    (VALIDATED, e.AmphiPublished): (OPEN,),
    (OPEN, e.SessionStarted): (RUNNING,),
    (BETWEEN, e.SessionStarted): (RUNNING,),
    (RUNNING, e.SessionEnded): (BETWEEN,),
    (BETWEEN, e.CatchUpStarted): (CATCH_UP,),
    (RUNNING, e.Paused): (PAUSED,),
    (CATCH_UP, e.Paused): (PAUSED,),
    (PAUSED, e.Resumed): (RUNNING, CATCH_UP),
    (CATCH_UP, e.AmphiClosed): (CLOSED,),
}


def refused_in(order: c.Order, phase: Phase) -> str:
    """The code of the refusal that `order` meets in `phase`; empty when it may be tried."""
    return REFUSED_IN[type(order)][phase]


def diagram() -> str:
    """The phases as a Mermaid state diagram, for ARCHITECTURE.md."""
    lines = ["stateDiagram-v2", f"    [*] --> {PLANNED}"]
    for (before, event), after in TRANSITIONS.items():
        lines += [f"    {before} --> {each}: {event.__name__}" for each in after]
    return "\n".join([*lines, f"    {CLOSED} --> [*]"])
