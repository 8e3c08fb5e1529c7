"""`decide` and the naive model, given the same random mornings, must tell the same story.

After each step: the same events or the same refusal, the same offer, every invariant of
live-rules.md §9 as `amphi.verify` sees it. At the end: the journal folds to the same state.
"""

from typing import Any

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from amphi.live import chain
from amphi.rules.choosing import commands as c
from amphi.rules.choosing.clockwork import next_instant
from amphi.rules.choosing.decide import decide
from amphi.rules.choosing.evolve import evolve, fold
from amphi.rules.choosing.queue import upcoming
from amphi.rules.choosing.state import Amphi, OfferState
from amphi.rules.ids import OfferId, PersonId, TurnId
from amphi.rules.refusals import Refusal
from amphi.verify.evidence import Row
from amphi.verify.replay import Replay
from tests.rules.choosing import drawn
from tests.rules.choosing.naive import Json, Naive, people, queue, remaining

OFFER = OfferId("offer-1")


class AgainstNaive(RuleBasedStateMachine):
    """One offer, one or two amphis, everybody doing anything at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.state, self.naive = OfferState(offer=OFFER), Naive(OFFER)
        self.journal: list[Any] = []
        self.check, self.hash = Replay(OFFER), chain.BEFORE_THE_FIRST
        self.now, self.here, self.known = drawn.START, set[PersonId](), True
        self.snapshot = (0, self.state)

    # --- one step, twice ----------------------------------------------------

    def play(self, role: str, order: c.AnyOrder, amphi: Any, person: Any = None) -> Any:
        command = drawn.a_command(role, order, amphi, person)
        presence = c.Presence(frozenset(self.here), self.known)
        answer = decide(self.state, command, self.now, presence)
        given = {
            "role": role,
            "amphi": amphi,
            "person": person,
            **msgspec.json.decode(msgspec.json.encode(order)),
        }
        expected = self.naive.play(given, self.now, set(self.here), self.known)
        self.compare(answer, expected)
        if not isinstance(answer, Refusal):
            self.record(answer)
        return answer

    def compare(self, answer: Any, expected: list[Json] | str) -> None:
        if isinstance(expected, str) or isinstance(answer, Refusal):
            code = answer.code if isinstance(answer, Refusal) else answer
            assert code == expected
            return
        events = [msgspec.json.decode(msgspec.json.encode(event)) for event in answer]
        assert [each["kind"] for each in events] == [each["kind"] for each in expected]
        for event, wanted in zip(events, expected, strict=True):
            assert {**event, **wanted} == event

    def record(self, events: Any) -> None:
        """Journaled as the conductor would, each commit at an instant of its own."""
        for event in events:
            line = chain.Line(OFFER, self.state.seq + 1, 1, self.now, event)
            before = self.hash
            recorded, text = chain.recorded(before, line)
            self.hash = recorded.hash
            self.journal.append(recorded)
            self.state = evolve(self.state, recorded)
            self.check.read(Row(line.seq, line.term, line.at, before, recorded.hash, text))
        self.now += 1 if events else 0

    # --- what happens -------------------------------------------------------

    @initialize(data=st.data(), count=st.integers(1, 2), parallel=st.booleans())
    def prepare(self, data: st.DataObject, count: int, parallel: bool) -> None:
        posts = data.draw(drawn.offers)
        for position in range(1, count + 1):
            facts = data.draw(drawn.amphis(position, parallel=parallel))
            validate = c.Validate(facts=facts, posts=posts)
            self.play("operator", validate, facts.id, drawn.OPERATORS[0])
            if data.draw(st.sampled_from([True, True, False])):
                self.play("operator", c.Publish(), facts.id, drawn.OPERATORS[0])
        people_here = drawn.persons_of(self.state)
        self.here = set(data.draw(st.lists(st.sampled_from(people_here), max_size=5)))
        if data.draw(st.sampled_from([True, True, False])):
            start = c.Start(override="sans attendre")
            self.play("operator", start, next(iter(self.state.amphis)), drawn.OPERATORS[0])

    @rule(data=st.data(), known=st.sampled_from([True, True, True, False]))
    def presence_changes(self, data: st.DataObject, known: bool) -> None:
        person = data.draw(st.sampled_from(drawn.persons_of(self.state)))
        self.here ^= {person}
        self.known = known
        self.play("engine", c.Tick(), None)

    @rule(data=st.data(), ticked=st.booleans())
    def time_passes(self, data: st.DataObject, ticked: bool) -> None:
        """To the next instant that matters, around it, or a little."""
        due = next_instant(self.state)
        soon = [1, 1_000, 6_000]
        near = [] if due is None else [due - self.now + d for d in (-1, 0, 400)]
        self.now += max(0, data.draw(st.sampled_from([*near, *near, *soon])))
        if ticked or due is None or self.now > due + 1_500:
            self.play("engine", c.Tick(), None)

    @rule(data=st.data())
    def an_operator_moves_things_on(self, data: st.DataObject) -> None:
        amphi = data.draw(st.sampled_from(list(self.state.amphis.values())))
        order = data.draw(st.sampled_from(drawn.MOVES_ON[amphi.phase]))
        self.play("operator", order, amphi.id, data.draw(_operator))

    @rule(data=st.data())
    def a_proxy_is_given_or_taken(self, data: st.DataObject) -> None:
        amphi = data.draw(st.sampled_from(list(self.state.amphis.values())))
        entry = data.draw(st.sampled_from(list(amphi.entries.values())))
        holder = st.sampled_from(drawn.persons_of(self.state)[-4:])
        if entry.proxy is None:
            order = c.GrantProxy(f"grant-{self.state.seq}")
            self.play("intern", order, amphi.id, entry.facts.person)
        elif not entry.proxy.accepted:
            self.play("intern", c.AcceptProxy(entry.proxy.id), amphi.id, data.draw(holder))
        else:
            self.play("intern", c.CancelProxy(), amphi.id, entry.facts.person)

    @precondition(lambda self: drawn.phase_is(self.state, "PAUSED"))
    @rule(data=st.data())
    def the_posts_change_while_paused(self, data: st.DataObject) -> None:
        paused = [a.id for a in self.state.amphis.values() if a.phase.value == "PAUSED"]
        order = data.draw(drawn.on_posts(self.state))
        self.play("operator", order, data.draw(st.sampled_from(paused)), drawn.OPERATORS[0])

    @precondition(lambda self: bool(drawn.served(self.state)))
    @rule(data=st.data())
    def a_choice_is_put_right(self, data: st.DataObject) -> None:
        amphi, entry = data.draw(st.sampled_from(drawn.served(self.state)))
        asked: list[c.AnyOrder] = [
            c.ApproveRectification(r.id) for r in self.state.amphis[amphi].rectifications
        ]
        post = data.draw(st.sampled_from([None, *self.state.seats]))
        again: c.AnyOrder = c.Rectify(entry=entry, reason="jugement", post=post)
        self.play(
            "operator", data.draw(st.sampled_from([*asked, again])), amphi, data.draw(_operator)
        )

    @precondition(lambda self: bool(drawn.turns_of(self.state)))
    @rule(data=st.data())
    def whoever_has_the_turn_chooses(self, data: st.DataObject) -> None:
        amphi = data.draw(st.sampled_from([a for a in self.state.amphis.values() if a.turn]))
        assert amphi.turn is not None
        entry = amphi.entries[amphi.turn.entry]
        post = data.draw(st.sampled_from(list(self.state.seats)))
        person = entry.chooser or entry.facts.person
        self.play("intern", c.Choose(amphi.turn.id, post), amphi.id, person)

    @rule(data=st.data())
    def somebody_does_something(self, data: st.DataObject) -> None:
        order = data.draw(drawn.personal(self.state))
        person = data.draw(st.sampled_from(drawn.persons_of(self.state)))
        self.play("intern", order, self.somewhere(data), person)

    @rule(data=st.data())
    def an_operator_deals_with_somebody(self, data: st.DataObject) -> None:
        order = data.draw(drawn.on_entries(self.state))
        self.play("operator", order, self.somewhere(data), data.draw(_operator))

    @rule(data=st.data())
    def an_operator_deals_with_the_amphi(self, data: st.DataObject) -> None:
        amphi = self.somewhere(data)
        lists = drawn.new_lists("b" if amphi == "amphi-b" else "a")
        order = data.draw(st.one_of(drawn.on_the_amphi(self.state), lists))
        self.play("operator", order, amphi, data.draw(_operator))

    @rule(data=st.data())
    def the_engine_intervenes(self, data: st.DataObject) -> None:
        self.play("engine", data.draw(drawn.engines(self.state, self.charged())), None)

    @precondition(lambda self: self.state.seq % 5 == 0)
    @rule(data=st.data())
    def somebody_is_served_in_another_offer(self, data: st.DataObject) -> None:
        amphi = self.somewhere(data)
        entry = data.draw(st.sampled_from(drawn.entries_of(self.state)))
        self.play("engine", drawn.elsewhere(entry), amphi)

    @precondition(lambda self: self.state.seq % 7 == 0)
    @rule(data=st.data())
    def somebody_gives_an_order_that_is_not_theirs(self, data: st.DataObject) -> None:
        person = data.draw(st.sampled_from(drawn.persons_of(self.state)))
        order = data.draw(drawn.on_the_amphi(self.state))
        self.play("intern", order, self.somewhere(data), person)

    @rule()
    def a_snapshot_is_kept(self) -> None:
        again = msgspec.json.decode(msgspec.json.encode(self.state), type=OfferState)
        assert again == self.state
        self.snapshot = (len(self.journal), again)

    def somewhere(self, data: st.DataObject) -> Any:
        return data.draw(st.sampled_from([*list(self.state.amphis) * 8, "amphi-?"]))

    def charged(self) -> dict[TurnId, int]:
        turns = [a.turn for a in self.state.amphis.values() if a.turn is not None]
        return {turn.id: max(0, turn.charged_ms(self.now)) for turn in turns}

    # --- what must hold -----------------------------------------------------

    @invariant()
    def both_see_the_same_offer(self) -> None:
        assert {a: seen(x, self.now) for a, x in self.state.amphis.items()} == {
            each["id"]: naively_seen(each, self.now) for each in self.naive.amphis()
        }
        assert {
            n: (s.standard, list(s.surnombre), s.withdrawn) for n, s in self.state.seats.items()
        } == {
            number: (post["standard"], post["surnombre"], post["withdrawn"])
            for number, post in self.naive.offer["posts"].items()
        }

    @invariant()
    def every_invariant_holds(self) -> None:
        self.check.finish()
        assert [each.sentence for each in self.check.problems] == []

    def teardown(self) -> None:
        start = OfferState(offer=OFFER)
        assert fold(start, self.journal) == self.state
        kept, snapshot = self.snapshot
        assert fold(snapshot, self.journal[kept:]) == self.state


_operator = st.sampled_from(drawn.OPERATORS)


def seen(amphi: Amphi, now: int) -> Json:
    turn = amphi.turn
    standings = {e.id: type(e.standing).__name__ for e in amphi.entries.values()}
    return {
        "phase": amphi.phase.value,
        "turn": None
        if turn is None
        else (turn.id, turn.entry, turn.budget_ms - turn.charged_ms(now)),
        "queue": upcoming(amphi),
        "reached": amphi.reached,
        "standings": {entry: name.removesuffix("Elsewhere") for entry, name in standings.items()},
        "returns": {e.id: e.returns for e in amphi.entries.values()},
        "calls": {e.id: e.calls for e in amphi.entries.values()},
    }


def naively_seen(amphi: Json, now: int) -> Json:
    turn = amphi["turn"]
    names = {"elsewhere": "Served"}
    return {
        "phase": amphi["phase"],
        "turn": None if turn is None else (turn["id"], turn["entry"], remaining(turn, now)),
        "queue": [each["id"] for each in queue(amphi)],
        "reached": amphi["called_up_to"],
        "standings": {
            each["id"]: names.get(each["where"], each["where"].capitalize())
            for each in people(amphi)
        },
        "returns": {each["id"]: each["returns"] for each in people(amphi)},
        "calls": {each["id"]: each["calls"] for each in people(amphi)},
    }


TestAgainstNaive = AgainstNaive.TestCase
TestAgainstNaive.settings = settings(
    max_examples=150,
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
