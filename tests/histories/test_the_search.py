"""The search without a witness, against made histories and against trying every order."""

import random
from collections.abc import Iterator
from itertools import permutations

import pytest

from loadtests.history.search import FOR_EVER, Call, order_of

RANKS = ("a", "b", "c", "d")
POSTS = ("P1", "P2", "P3", "P4")


def made(seed: int, length: int = 8) -> list[Call]:
    """A history that really happened: one instant inside each call decides its outcome."""
    chance = random.Random(seed)
    taken: dict[str, str] = {}
    missed: set[str] = set()
    turn, calls = 0, []
    for instant in range(10, 10 * (length + 1), 10):
        if turn < len(RANKS) and chance.random() < 0.15:
            missed.add(RANKS[turn])
            turn += 1
        current = RANKS[turn] if turn < len(RANKS) else None
        entry = current if current and chance.random() < 0.6 else chance.choice(RANKS)
        whose = chance.choice([entry, entry, current or entry])
        post = chance.choice(POSTS)
        outcome = said(taken, missed, current, (entry, whose, post))
        if outcome == "accepted":
            taken[entry] = post
            turn += 1
        start, end = instant - chance.randrange(1, 25), instant + chance.randrange(1, 25)
        lost = chance.random() < 0.1
        calls.append(
            Call(entry, whose, post, start, *((FOR_EVER, None) if lost else (end, outcome)))
        )
    return calls


def said(
    taken: dict[str, str], missed: set[str], current: str | None, asked: tuple[str, str, str]
) -> str:
    entry, whose, post = asked
    if entry in taken:
        return "already_served"
    if not entry == whose == current:
        return "turn_expired" if whose == entry and entry in missed else "not_your_turn"
    return "post_filled" if post in taken.values() else "accepted"


@pytest.mark.parametrize("seed", range(300))
def test_what_happened_has_an_order(seed: int) -> None:
    history = made(seed)
    found = order_of(history, RANKS)
    assert found is not None
    assert {call for call in history if call.outcome is not None} <= set(found)


def doctored(history: list[Call], chance: random.Random) -> list[Call]:
    """One outcome is another than it was."""
    number = chance.choice([n for n, call in enumerate(history) if call.outcome is not None])
    call = history[number]
    others = {"accepted", "post_filled", "already_served", "not_your_turn", "turn_expired"}
    outcome = chance.choice(sorted(others - {str(call.outcome)}))
    return [*history[:number], *history[number + 1 :], Call(*fields(call), outcome)]


def fields(call: Call) -> tuple[str, str | None, str, int, int]:
    return call.entry, call.whose, call.post, call.start, call.end


@pytest.mark.parametrize("seed", range(150))
def test_the_search_agrees_with_trying_every_order(seed: int) -> None:
    history = doctored(made(seed, length=4), random.Random(seed))
    assert (order_of(history, RANKS) is not None) == any(explains(p) for p in orders(history))


def test_most_doctored_histories_have_no_order() -> None:
    told = [order_of(doctored(made(n), random.Random(n)), RANKS) is None for n in range(200)]
    assert sum(told) >= 150


def orders(history: list[Call]) -> Iterator[tuple[Call, ...]]:
    """Every order of every choice of the unanswered that real time allows."""
    certain = [call for call in history if call.outcome is not None]
    unsure = [call for call in history if call.outcome is None]
    for chosen in range(1 << len(unsure)):
        kept = certain + [call for n, call in enumerate(unsure) if chosen >> n & 1]
        yield from (p for p in permutations(kept) if in_time(p))


def in_time(order: tuple[Call, ...]) -> bool:
    return all(a.start <= b.end for n, b in enumerate(order) for a in order[:n])


def explains(order: tuple[Call, ...], taken: tuple[str, ...] = (), turn: int = 0) -> bool:
    """With a turn over by itself wherever that helps. `taken`: "entry post" pairs and who missed."""
    if not order:
        return True
    call, rest = order[0], order[1:]
    held = dict(each.split(" ") for each in taken if " " in each)
    missed = {each for each in taken if " " not in each}
    current = RANKS[turn] if turn < len(RANKS) else None
    outcome = said(held, missed, current, (call.entry, str(call.whose), call.post))
    if outcome == "accepted" and call.outcome in ("accepted", None):
        if explains(rest, (*taken, f"{call.entry} {call.post}"), turn + 1):
            return True
    elif outcome == call.outcome and explains(rest, taken, turn):
        return True
    return current is not None and explains(order, (*taken, current), turn + 1)
