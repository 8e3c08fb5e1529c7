"""The verbs of a scenario: each word is one gesture, or one question about the offer."""

from collections.abc import Callable
from typing import Any

from amphi.rules.choosing import commands as c
from amphi.rules.choosing.events import Recorded
from amphi.rules.choosing.queue import ahead, upcoming
from amphi.rules.choosing.state import Amphi
from amphi.rules.choosing.views import Audience, view
from amphi.rules.choosing.you import you
from amphi.rules.ids import AmphiId, EntryId, OfferId, PersonId, PostNumber, TurnId
from amphi.rules.refusals import Refusal
from tests.rules.choosing.builders import an_amphi
from tests.rules.choosing.scenario_language import Step, told
from tests.rules.choosing.scenario_stage import STATUSES, Stage, person, post, sessions

Answer = tuple[Recorded, ...] | Refusal
OPERATORS = {"first": PersonId("operator-1"), "second": PersonId("operator-2")}


def played(stage: Stage, step: Step) -> list[str]:
    """What the step led to, in the words of the files."""
    words, options = _options(step.words)
    verb, rest = words[0], words[1:]
    if verb in QUESTIONS:
        return QUESTIONS[verb](stage, rest)
    if verb in PERSONAL:
        return told(_by_a_person(stage, verb, rest, options))
    if verb in OPERATOR:
        return told(_by_an_operator(stage, verb, rest, options))
    return told(WORLD[verb](stage, rest))


def _options(words: list[str]) -> tuple[list[str], dict[str, str]]:
    """`in P02`, `by Paul`, `turn 1` may follow anything."""
    options: dict[str, str] = {}
    while len(words) > 2 and words[-2] in ("in", "by", "turn", "because"):
        options[words[-2]] = words[-1]
        words = words[:-2]
    return words, options


# --- interns and holders ----------------------------------------------------


def _by_a_person(stage: Stage, verb: str, words: list[str], options: dict[str, str]) -> Answer:
    name = words[0]
    amphi = AmphiId(options.get("in", stage.amphi_with(name)))
    who = PersonId(options["by"]) if "by" in options else person(name)
    return stage.play.intern(who, PERSONAL[verb](stage, words, options), amphi)


def _choose(stage: Stage, words: list[str], options: dict[str, str]) -> c.Order:
    return c.Choose(_turn_of(stage, words[0], options.get("turn")), PostNumber(words[1]))


def _turn_of(stage: Stage, name: str, which: str | None) -> TurnId:
    """The running turn of the amphi; `turn 1`: the first the entry had; `turn ?`: none of anybody."""
    amphi = stage.play.state.amphis.get(stage.amphi_with(name))
    entry = None if amphi is None else amphi.entries.get(EntryId(name))
    if which is not None and entry is not None and which != "?":
        return entry.turns[int(which) - 1]
    running = None if amphi is None else amphi.turn
    return TurnId("no-such-turn") if running is None or which == "?" else running.id


PERSONAL: dict[str, Callable[[Stage, list[str], dict[str, str]], Any]] = {
    "choose": _choose,
    "ready": lambda *_: c.Ready(),
    "help": lambda *_: c.Help(),
    "grant": lambda _, words, __: c.GrantProxy(words[1]),
    "accept": lambda _, words, __: c.AcceptProxy(words[1]),
    "cancel": lambda *_: c.CancelProxy(),
    "usurp": lambda *_: c.Pause("moi"),
}


# --- operators --------------------------------------------------------------


def _by_an_operator(stage: Stage, verb: str, words: list[str], options: dict[str, str]) -> Answer:
    known = (stage.amphi_with(words[0]) if words else AmphiId(stage.plans[0].id),)
    amphi = AmphiId(options.get("in", known[0]))
    order = OPERATOR[verb](stage, words, options)
    return stage.play.operator(order, amphi, OPERATORS[options.get("by", "first")])


def _entry(words: list[str]) -> EntryId:
    return EntryId(words[0])


def _start(stage: Stage, words: list[str], options: dict[str, str]) -> c.Order:
    return c.Start(int(words[0]) if words else None, options.get("because", ""))


def _replace_list(stage: Stage, words: list[str], options: dict[str, str]) -> c.Order:
    """`replace_list Ana Chloe 1-2`"""
    ranges = [word for word in words if "-" in word]
    names = [word for word in words if "-" not in word]
    return c.ReplaceCallList(entries=stage.plans[0].entries(names), sessions=sessions(ranges))


def _rectify(stage: Stage, words: list[str], options: dict[str, str]) -> c.Order:
    new = None if words[1] == "nothing" else PostNumber(words[1])
    return c.Rectify(_entry(words), options.get("because", ""), new)


def _approve(stage: Stage, words: list[str], options: dict[str, str]) -> c.Order:
    asked = [r.id for a in stage.play.state.amphis.values() for r in a.rectifications]
    return c.ApproveRectification(asked[0] if asked else "r0")


def _validate(stage: Stage, words: list[str], options: dict[str, str]) -> c.Order:
    facts = an_amphi(id="P01") if words and words[0] == "again" else stage.plans[0].facts(1)
    return (
        c.Validate() if words == ["nothing"] else c.Validate(facts=facts, posts=tuple(stage.posts))
    )


def _meant(stage: Stage, options: dict[str, str]) -> TurnId | None:
    """`turn Ana`: the operator means the last turn that Ana had; without it, whichever runs."""
    if "turn" not in options:
        return None
    lines = (amphi.entries for amphi in stage.play.state.amphis.values())
    entry = next(each[EntryId(options["turn"])] for each in lines if options["turn"] in each)
    return entry.turns[-1]


OPERATOR: dict[str, Callable[[Stage, list[str], dict[str, str]], Any]] = {
    "validate": _validate,
    "publish": lambda *_: c.Publish(),
    "start": _start,
    "pause": lambda *_: c.Pause("une question"),
    "resume": lambda *_: c.Resume(),
    "close": lambda *_: c.Close(),
    "reschedule": lambda _, words, __: c.Reschedule(sessions(words)),
    "replace_offer": lambda _, words, __: c.ReplaceOffer(posts=tuple(post([w]) for w in words)),
    "replace_list": _replace_list,
    "add_time": lambda stage, words, options: c.AddTime(int(words[0]), turn=_meant(stage, options)),
    "restart_turn": lambda stage, _, options: c.RestartTurn(turn=_meant(stage, options)),
    "end_turn": lambda stage, _, options: c.EndTurn(turn=_meant(stage, options)),
    "place": lambda _, words, __: c.Place(_entry(words)),
    "exclude": lambda _, words, __: c.Exclude(_entry(words)),
    "restore": lambda _, words, __: c.Restore(_entry(words)),
    "absence": lambda _, words, __: c.SetAbsence(_entry(words), words[1] == "yes"),
    "extra": lambda _, words, __: c.SetExtraTime(_entry(words), int(words[1])),
    "grants": lambda _, words, __: c.DecideStatusRequest(
        _entry(words), accepted=True, choice_status=STATUSES[words[1]]
    ),
    "denies": lambda _, words, __: c.DecideStatusRequest(
        _entry(words), accepted=False, choice_status=STATUSES[words[1]]
    ),
    "choose_for": lambda _, words, __: c.ChooseFor(_entry(words), PostNumber(words[1])),
    "withdraw": lambda _, words, __: c.WithdrawPost(PostNumber(words[0])),
    "add": lambda _, words, __: c.AddPost(post(words)),
    "notice": lambda _, words, __: c.PostNotice("Bonjour", words[0]),
    "rectify": _rectify,
    "approve": _approve,
    "lower_flag": lambda _, words, __: c.LowerFlag(_entry(words)),
    "cancel_for": lambda _, words, __: c.CancelProxy(_entry(words) if words else None),
    "orders_as_engine": lambda *_: c.Tick(),
}


# --- time, presence, the engine ---------------------------------------------


def _arrive(stage: Stage, words: list[str]) -> Answer:
    stage.play.here |= {person(name) for name in words}
    return stage.play.engine(c.Tick())


def _leave(stage: Stage, words: list[str]) -> Answer:
    stage.play.here -= {person(name) for name in words}
    return stage.play.engine(c.Tick())


def _tick(stage: Stage, words: list[str]) -> Answer:
    return stage.play.wait(round(float(words[0]) * 1000))


def _later(stage: Stage, words: list[str]) -> Answer:
    """Time passes that nobody has looked at yet: the inbox comes first."""
    stage.play.now += round(float(words[0]) * 1000)
    return ()


def _presence(stage: Stage, words: list[str]) -> Answer:
    stage.play.presence_known = words == ["known"]
    return stage.play.engine(c.Tick())


def _running(stage: Stage) -> list[Any]:
    return [a.turn for a in stage.play.state.amphis.values() if a.turn is not None]


def _freeze(stage: Stage, words: list[str]) -> Answer:
    """`freeze`: the charged time is lost; `freeze known`: it is not."""
    now = stage.play.now
    charged = {t.id: t.charged_ms(now) for t in _running(stage)} if words == ["known"] else {}
    return stage.play.engine(c.Freeze("postgresql", charged))


def _hold(stage: Stage, words: list[str]) -> Answer:
    turns = _running(stage)
    turn = turns[0].id if turns else TurnId("no-such-turn")
    charged = turns[0].charged_ms(stage.play.now) if turns else 0
    return stage.play.engine(c.HoldTurn(turn, charged))


def _release(stage: Stage, words: list[str]) -> Answer:
    turns = _running(stage)
    return stage.play.engine(c.ReleaseTurn(turns[0].id if turns else TurnId("no-such-turn")))


def _elsewhere(stage: Stage, words: list[str]) -> Answer:
    order = c.MarkServedElsewhere(_entry(words), OfferId("offer-2"))
    return stage.play.engine(order, stage.amphi_with(words[0]))


WORLD: dict[str, Callable[[Stage, list[str]], Answer]] = {
    "arrive": _arrive,
    "leave": _leave,
    "tick": _tick,
    "later": _later,
    "presence": _presence,
    "freeze": _freeze,
    "thaw": lambda stage, words: stage.play.engine(c.Thaw(round(float(words[0]) * 1000))),
    "hold": _hold,
    "release": _release,
    "stall": lambda stage, words: stage.play.engine(c.CreditTurns(int(words[0]) * 1000)),
    "elsewhere": _elsewhere,
}


# --- questions --------------------------------------------------------------


def _amphi(stage: Stage, words: list[str]) -> Amphi:
    name = words[0] if words else ""
    named = AmphiId(name) if name in stage.play.state.amphis else stage.amphi_with(name)
    return stage.play.state.amphis[named]


def _queue(stage: Stage, words: list[str]) -> list[str]:
    return [str(each) for each in upcoming(_amphi(stage, words))]


def _ahead(stage: Stage, words: list[str]) -> list[str]:
    amphi = _amphi(stage, words)
    return [str(ahead(stage.play.state, amphi, amphi.entries[_entry(words)], stage.play.presence))]


def _you(stage: Stage, words: list[str]) -> dict[str, Any]:
    amphi = _amphi(stage, words)
    return you(stage.play.state, amphi.id, _entry(words), stage.play.presence)


def _may(stage: Stage, words: list[str]) -> list[str]:
    return [str((_you(stage, words)["may_choose"] or {}).get(words[1]))]


def _phase(stage: Stage, words: list[str]) -> list[str]:
    return [_amphi(stage, words).phase.value]


def _filled(stage: Stage, words: list[str]) -> list[str]:
    """Whether the post is filled, and by whom."""
    shown = view(stage.play.state, AmphiId(stage.plans[0].id), Audience.PUBLIC)["posts"]
    seat = shown.get(words[0], {"filled": False, "by": []})
    return [" ".join(["filled" if seat["filled"] else "free", *seat["by"]])]


QUESTIONS: dict[str, Callable[[Stage, list[str]], list[str]]] = {
    "queue?": _queue,
    "ahead?": _ahead,
    "soon?": lambda stage, words: [str(_you(stage, words)["soon"])],
    "returns?": lambda stage, words: [str(_you(stage, words)["returns_left"])],
    "may?": _may,
    "phase?": _phase,
    "post?": _filled,
}
