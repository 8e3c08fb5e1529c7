"""Who may take which post: checks 7 to 11 of live-rules.md §5, in that order."""

from collections.abc import Callable

from amphi.rules.choosing.facts import ChoiceStatus
from amphi.rules.choosing.state import Amphi, Entry, OfferState, Seat
from amphi.rules.ids import EntryId, PostNumber
from amphi.rules.refusals import Refusal


def post_refusal(
    state: OfferState, amphi: Amphi, entry: Entry, number: PostNumber
) -> Refusal | None:
    """Why `entry` may not take post `number` now; None: it may."""
    seat = state.seats.get(number)
    if seat is None:
        return Refusal("unknown_post", {"post": number})
    checks = (_withdrawn, _not_in_the_offer, _reserved, _by_choice_status)
    code = next((code for check in checks if (code := check(state, amphi, entry, seat))), None)
    return None if code is None else Refusal(code, _facts(seat, code))


def _facts(seat: Seat, code: str) -> dict[str, object]:
    facts: dict[str, object] = {"post": seat.post.number}
    if code == "post_reserved":
        facts["reserved_for"] = list(seat.post.reserved_for)
    return facts


def _withdrawn(state: OfferState, amphi: Amphi, entry: Entry, seat: Seat) -> str | None:
    return "post_withdrawn" if seat.withdrawn else None


def _not_in_the_offer(state: OfferState, amphi: Amphi, entry: Entry, seat: Seat) -> str | None:
    """ "the post's regimes lack the amphi's, or its groups, when given, the amphi's group" """
    wrong_regime = bool(seat.post.regimes) and amphi.regime not in seat.post.regimes
    wrong_group = bool(seat.post.groups) and amphi.group not in seat.post.groups
    return "post_not_in_your_offer" if wrong_regime or wrong_group else None


def _reserved(state: OfferState, amphi: Amphi, entry: Entry, seat: Seat) -> str | None:
    """DCI §8.2: "Un poste réservé est accessible aux seuls internes du DES"; surnombre as well."""
    reserved = seat.post.reserved_for
    return "post_reserved" if reserved and entry.facts.des not in reserved else None


def _by_choice_status(state: OfferState, amphi: Amphi, entry: Entry, seat: Seat) -> str | None:
    if entry.choice_status is ChoiceStatus.STANDARD:
        return "post_filled" if seat.standard is not None else None
    allowed = _ALLOWED[entry.choice_status](state, amphi, entry, seat)
    return None if allowed and _below_the_cap(state, amphi, seat) else "surnombre_not_allowed"


def _non_validant(state: OfferState, amphi: Amphi, entry: Entry, seat: Seat) -> bool:
    """ "any post of the offer, free or filled" (policy non_validant_targets)."""
    return amphi.policy.non_validant_targets == "ANY" or seat.standard is not None


def _validant(state: OfferState, amphi: Amphi, entry: Entry, seat: Seat) -> bool:
    """DCI §10.3: "vous choisissez au regard de votre rang de classement"."""
    if seat.standard is None:
        return True
    if amphi.policy.validant_targets == "FREE_ONLY":
        return False
    return _place(state, seat.standard) > (amphi.position, entry.rank)


_ALLOWED: dict[ChoiceStatus, Callable[[OfferState, Amphi, Entry, Seat], bool]] = {
    ChoiceStatus.SURNOMBRE_NON_VALIDANT: _non_validant,
    ChoiceStatus.SURNOMBRE_VALIDANT: _validant,
}


def _place(state: OfferState, holder: EntryId) -> tuple[int, int]:
    """ "a holder from the amphi declared first in the offer ranks before" """
    amphi = next(each for each in state.amphis.values() if holder in each.entries)
    return (amphi.position, amphi.entries[holder].rank)


def _below_the_cap(state: OfferState, amphi: Amphi, seat: Seat) -> bool:
    """ "At most max_surnombre_per_service of both kinds together over the offer's posts with one
    service number": posts without a number have no service in common."""
    cap, service = amphi.policy.max_surnombre_per_service, seat.post.service
    if cap is None:
        return True
    same = state.services[service] if service else (seat.post.number,)
    return sum(len(state.seats[number].surnombre) for number in same) < cap
