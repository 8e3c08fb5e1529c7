"""Signed, for one amphi, for ten minutes."""

import itsdangerous
import pytest

from amphi.gateway.resume import ANYBODY, Bearer, ResumeTokens, Stale, Who
from amphi.rules.ids import AmphiId, PersonId

ANA = Bearer(Who(PersonId("ana")), AmphiId("a"), "intern")
NOBODY = Bearer(ANYBODY, AmphiId("a"), "spectator")


def test_what_was_signed_is_read() -> None:
    tokens = ResumeTokens("secret")
    assert tokens.read(tokens.issue(ANA)) == ANA


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é"])
def test_what_was_not_signed_counts_for_nothing(token: str) -> None:
    assert ResumeTokens("secret").read(token) == Stale(anybody=False)


def test_another_secret_or_a_changed_letter_counts_for_nothing() -> None:
    token = ResumeTokens("other").issue(ANA)
    assert ResumeTokens("secret").read(token) == Stale(anybody=False)
    own = ResumeTokens("secret").issue(ANA)
    changed = ("A" if own[0] != "A" else "B") + own[1:]
    assert ResumeTokens("secret").read(changed) == Stale(anybody=False)


def test_after_ten_minutes_only_an_anonymous_spectator_is_still_recognised(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tokens = ResumeTokens("secret")
    somebody, nobody = tokens.issue(ANA), tokens.issue(NOBODY)
    signed_at = itsdangerous.TimestampSigner("x").get_timestamp()
    later = signed_at + 601
    monkeypatch.setattr(itsdangerous.TimestampSigner, "get_timestamp", lambda _: later)
    assert tokens.read(somebody) == Stale(anybody=False)
    assert tokens.read(nobody) == Stale(anybody=True)
