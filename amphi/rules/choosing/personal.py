"""What interns and proxy holders may do: choose, come back, call for help, give a proxy."""

import msgspec

from amphi.rules.choosing import commands as c
from amphi.rules.choosing import events as e
from amphi.rules.choosing.clockwork import charged
from amphi.rules.choosing.course import after_a_choice, go_on, may_return
from amphi.rules.choosing.draft import Draft
from amphi.rules.choosing.eligibility import post_refusal
from amphi.rules.choosing.facts import Proxy
from amphi.rules.choosing.phases import refused_in
from amphi.rules.choosing.state import Amphi, Entry, Late, Missed, OfferState, Served
from amphi.rules.ids import AmphiId, EntryId, PersonId, TurnId
from amphi.rules.refusals import Refusal


def entries_of(amphi: Amphi, person: PersonId | None) -> list[Entry]:
    """The lines this person has, or had, something to do with: own first, then as proxy holder."""
    mine = [entry for entry in amphi.entries.values() if entry.facts.person == person]
    held = [entry for entry in amphi.entries.values() if _holds(entry, person)]
    former = [entry for entry in amphi.entries.values() if person in entry.former_holders]
    return list({entry.id: entry for entry in (*mine, *held, *former)}.values())


def _holds(entry: Entry, person: PersonId | None) -> bool:
    return entry.proxy is not None and person is not None and entry.proxy.holder == person


def entitlement(amphi: Amphi, command: c.Command, entry: Entry) -> Refusal | None:
    """Check 3 of live-rules.md §5."""
    if entry.facts.person == command.person:
        return None if entry.proxy is None else Refusal("proxy_holds_the_choice")
    return None if _holds(entry, command.person) else Refusal("not_the_proxy_holder")


def served_refusal(entry: Entry) -> Refusal | None:
    """Check 4: already served, with the assignment."""
    if isinstance(entry.standing, Served):
        return Refusal("already_served", {"post": entry.standing.post})
    return Refusal("already_served") if entry.served else None


def phase_refusal(state: OfferState, amphi: Amphi, order: c.Order) -> Refusal | None:
    """Check 2 of live-rules.md §5."""
    if state.frozen is not None:
        return Refusal("amphi_frozen")
    code = refused_in(order, amphi.phase)
    facts = {"reason": amphi.paused.reason} if code == "amphi_paused" and amphi.paused else {}
    return Refusal(code, facts) if code else None


# --- choosing (live-rules.md §5) --------------------------------------------


def choose(draft: Draft, command: c.Command, order: c.Choose) -> Refusal | None:
    amphi = _amphi(draft, command)
    entry = _meant(amphi, entries_of(amphi, command.person), order.turn)
    refused = (
        entitlement(amphi, command, entry)
        or served_refusal(entry)
        or _turn_refusal(amphi, entry, order.turn)
        or post_refusal(draft.state, amphi, entry, order.post)
    )
    if refused is None:
        draft.add(_chosen(draft, amphi, entry, command, order))
        after_a_choice(draft, entry.facts.person)
    return refused


def _meant(amphi: Amphi, entries: list[Entry], turn: TurnId) -> Entry:
    """Which of a person's two roles a frame is about: the one whose turn it names."""
    named = (entry for entry in entries if turn in entry.turns)
    return next(named, entries[0])


def _turn_refusal(amphi: Amphi, entry: Entry, turn: TurnId) -> Refusal | None:
    """Checks 5 and 6. Lateness is no question here: an expired turn is over already."""
    current = amphi.turn
    if current is not None and current.id == turn and current.entry == entry.id:
        return None
    return Refusal("turn_expired" if turn in entry.turns else "not_your_turn")


def _chosen(
    draft: Draft, amphi: Amphi, entry: Entry, command: c.Command, order: c.Choose
) -> e.PostChosen:
    return e.PostChosen(
        amphi=amphi.id,
        turn=order.turn,
        entry=entry.id,
        post=order.post,
        by="intern" if command.person == entry.facts.person else "proxy",
        person=_person(command),
        choice_status=entry.choice_status,
        charged_ms=charged(amphi, draft.now),
    )


# --- coming back (live-rules.md §3) -----------------------------------------


def ready(draft: Draft, command: c.Command, _: c.Ready) -> Refusal | None:
    """ "Missed by timeout or ended by an operator: no automatic return; a button" """
    amphi = _amphi(draft, command)
    entry = _returning(amphi, command)
    refused = entitlement(amphi, command, entry) or _ready_refusal(amphi, entry)
    if refused is None:
        draft.add(e.LatecomerPlaced(amphi=amphi.id, entry=entry.id))
        go_on(draft)
    return refused


def _returning(amphi: Amphi, command: c.Command) -> Entry:
    """The frame names no line: of a person's two roles, the first that may come back is meant, or
    else the first that still has a choice to make."""
    entries = entries_of(amphi, command.person)
    mine = [each for each in entries if each.chooser == command.person] or entries[:1]
    return min(mine, key=lambda each: (_ready_refusal(amphi, each) is not None, each.served))


def _ready_refusal(amphi: Amphi, entry: Entry) -> Refusal | None:
    if entry.served:
        return served_refusal(entry)
    if isinstance(entry.standing, Late):
        return Refusal("already_waiting")
    if not isinstance(entry.standing, Missed) or entry.excluded or entry.expected_absence:
        return Refusal("not_missed")
    return None if may_return(amphi, entry) else Refusal("no_returns_left")


def help_wanted(draft: Draft, command: c.Command, _: c.Help) -> Refusal | None:
    """Raised, or lowered when it was up."""
    amphi = _amphi(draft, command)
    entry = entries_of(amphi, command.person)[0]
    raised = entry.flag_since is not None
    kind = e.FlagLowered if raised else e.FlagRaised
    draft.add(kind(amphi=amphi.id, entry=entry.id))
    return None


# --- proxies (DCI §6) -------------------------------------------------------


def grant_proxy(draft: Draft, command: c.Command, order: c.GrantProxy) -> Refusal | None:
    """ "From the moment the request is sent, the grantor can no longer choose" """
    amphi = _amphi(draft, command)
    entry = entries_of(amphi, command.person)[0]
    if entry.facts.person != command.person:
        return Refusal("not_in_amphi")
    refused = served_refusal(entry) or _grant_refusal(entry)
    if refused is None:
        draft.add(e.ProxyGranted(amphi=amphi.id, entry=entry.id, proxy=order.proxy))
        go_on(draft)
    return refused


def _grant_refusal(entry: Entry) -> Refusal | None:
    """ "A proxy and an expected absence exclude each other." """
    if entry.expected_absence:
        return Refusal("absence_expected")
    return None if entry.proxy is None else Refusal("proxy_exists")


def accept_proxy(draft: Draft, command: c.Command, order: c.AcceptProxy) -> Refusal | None:
    """The mailed link was followed; `command.person` is the holder's account."""
    amphi = _amphi(draft, command)
    entry = _granting(amphi, order.proxy)
    if entry is None:
        return Refusal("no_proxy")
    refused = _acceptance_refusal(draft.state, entry, _person(command))
    if refused is None:
        holder = _person(command)
        draft.add(e.ProxyAccepted(amphi=amphi.id, entry=entry.id, proxy=order.proxy, holder=holder))
        go_on(draft)
    return refused


def _granting(amphi: Amphi, proxy: str) -> Entry | None:
    given = (entry for entry in amphi.entries.values() if entry.proxy and entry.proxy.id == proxy)
    return next(given, None)


def _acceptance_refusal(state: OfferState, entry: Entry, holder: PersonId) -> Refusal | None:
    """ "One holder holds at most one grant per campaign" (over all offers: a unique index)."""
    if entry.facts.person == holder:
        return Refusal("not_the_proxy_holder")
    if entry.proxy is not None and entry.proxy.accepted:
        return Refusal("proxy_already_accepted")
    others = (each for amphi in state.amphis.values() for each in amphi.entries.values())
    return Refusal("holder_already_taken") if any(_holds(o, holder) for o in others) else None


def cancel_proxy(draft: Draft, command: c.Command, order: c.CancelProxy) -> Refusal | None:
    """ "Cancelling (any time, also during the turn) gives the choice back" """
    amphi = _amphi(draft, command)
    entry = _grantor(amphi, command, order.entry)
    if entry is None:
        return Refusal("unknown_entry")
    if entry.proxy is None:
        return Refusal("no_proxy")
    draft.add(_cancelled(amphi.id, entry.id, entry.proxy, command, order.reason))
    go_on(draft)
    return None


def _grantor(amphi: Amphi, command: c.Command, asked: EntryId | None) -> Entry | None:
    if command.role == "operator":
        return amphi.entries.get(asked) if asked is not None else None
    mine = (entry for entry in amphi.entries.values() if entry.facts.person == command.person)
    return next(mine, None)


def _cancelled(
    amphi: AmphiId, entry: EntryId, proxy: Proxy, command: c.Command, reason: str
) -> e.ProxyCancelled:
    cancelled = e.ProxyCancelled(amphi=amphi, entry=entry, proxy=proxy.id)
    if command.role != "operator":
        return cancelled
    return msgspec.structs.replace(cancelled, operator=command.person, reason=reason)


def _amphi(draft: Draft, command: c.Command) -> Amphi:
    if command.amphi is None:
        raise ValueError("a person's command names its amphi")
    return draft.amphi(command.amphi)


def _person(command: c.Command) -> PersonId:
    if command.person is None:
        raise ValueError("a person's command names the person")
    return command.person
