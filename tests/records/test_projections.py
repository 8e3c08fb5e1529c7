"""What rows follow from each event, in its own transaction."""

from typing import Any

import pytest
from msgspec.structs import replace

from amphi.live.ports import Rows
from amphi.records.database import Database
from amphi.records.journal import PostgresJournal
from amphi.records.projections import following
from amphi.rules.choosing import events as e
from amphi.rules.choosing.facts import ChoiceStatus, EntryFacts, Post, Proxy, SessionFacts
from amphi.rules.ids import DesCode, PersonId, PostNumber, ServiceNumber
from tests.records.scene import NINE, Pen, Scene, chosen, found

ASSIGNED = "SELECT person, entry, post, live, seq, receipt, origin FROM assignments ORDER BY seq"
MAILED = "SELECT seq, kind, address, state FROM mails ORDER BY id"


class Told:
    """Tells the database what happened, one commit each."""

    def __init__(self, journal: PostgresJournal, database: Database, pen: Pen) -> None:
        self.journal, self.database, self.pen = journal, database, pen

    async def __call__(self, *events: e.AnyEvent, **private: Any) -> None:
        batch = self.pen.batch(*events, private=private)
        await self.journal.commit(batch)
        self.pen.written(batch)

    async def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        return await found(self.database, query, **values)


@pytest.fixture
def told(journal: PostgresJournal, database: Database, pen: Pen) -> Told:
    return Told(journal, database, pen)


async def test_a_choice_is_an_assignment_with_its_receipt(told: Told, scene: Scene) -> None:
    await told(chosen(scene, 1, "P1"))
    receipt = told.pen.head.head_hash
    assert await told.rows(ASSIGNED) == [
        (scene.persons[1], scene.entries[1], "P1", True, 1, receipt, "amphi")
    ]


async def test_the_confirmation_holds_the_sheet_of_the_post_and_the_receipt(
    told: Told, scene: Scene
) -> None:
    await told(chosen(scene, 1, "P1"))
    ((facts, message_id),) = await told.rows("SELECT facts, message_id FROM mails")
    assert facts["post"]["establishment"] == "BEAUJON (AP-HP)"
    assert facts["post"]["reserved"] is False
    assert facts["receipt"] == told.pen.head.head_hash
    assert facts["intern"] == {"first_name": "Émile", "last_name": "ZOLA 1"}
    assert message_id == f"{scene.offer}.1.assignment"


async def test_with_an_accepted_proxy_the_confirmation_goes_to_both(
    told: Told, scene: Scene
) -> None:
    entry, holder = scene.entries[1], scene.persons[2]
    await told(e.ProxyGranted(entry=entry, proxy="g1"), holder_email="marcel@example.org")
    await told(e.ProxyAccepted(entry=entry, proxy="g1", holder=holder))
    await told(replace(chosen(scene, 1, "P1"), by="proxy", person=holder))
    assert await told.rows(MAILED) == [
        (1, "proxy_sent", "i1@example.org", "queued"),
        (1, "proxy_offered", "marcel@example.org", "queued"),
        (3, "assignment", "i1@example.org", "queued"),
        (3, "assignment_to_holder", "marcel@example.org", "queued"),
    ]
    proxy = "SELECT id, campaign, entry, holder_email, holder, state FROM proxies"
    assert await told.rows(proxy) == [
        ("g1", scene.campaign, entry, "marcel@example.org", holder, "accepted")
    ]


async def test_a_holder_who_has_not_accepted_hears_of_no_assignment(
    told: Told, scene: Scene
) -> None:
    entry = scene.entries[1]
    await told(e.ProxyGranted(entry=entry, proxy="g1"), holder_email="marcel@example.org")
    await told(replace(chosen(scene, 1, "P1"), by="operator"))
    assert [kind for _, kind, _, _ in await told.rows(MAILED)][2:] == ["assignment"]


async def test_a_cancelled_proxy_frees_its_holder_who_is_told(told: Told, scene: Scene) -> None:
    for rank in (1, 2):
        entry, proxy = scene.entries[rank], f"g{rank}"
        await told(e.ProxyGranted(entry=entry, proxy=proxy), holder_email="marcel@example.org")
        await told(e.ProxyCancelled(entry=entry, proxy=proxy))
    assert await told.rows("SELECT state FROM proxies") == [("cancelled",), ("cancelled",)]
    assert (4, "proxy_cancelled", "marcel@example.org", "queued") in await told.rows(MAILED)


async def test_the_address_of_a_holder_is_never_in_the_journal(told: Told, scene: Scene) -> None:
    private = {"holder_email": "marcel@example.org", "holder_phone": "0601020304"}
    await told(e.ProxyGranted(entry=scene.entries[1], proxy="g1"), **private)
    ((text,),) = await told.rows("SELECT text FROM journal")
    assert "marcel" not in text
    assert "0601020304" not in text
    assert await told.rows("SELECT holder_phone FROM proxies") == [("0601020304",)]


async def test_somebody_without_an_address_leaves_a_mail_that_failed(
    told: Told, scene: Scene
) -> None:
    await told.rows("UPDATE persons SET email = NULL RETURNING 1")
    await told(chosen(scene, 1, "P1"))
    assert await told.rows(MAILED) == [(1, "assignment", "", "failed")]


def a_rectification(scene: Scene, rank: int, former: str, post: str | None) -> e.ChoiceRectified:
    return e.ChoiceRectified(
        amphi=scene.amphi,
        id="r1",
        entry=scene.entries[rank],
        former_post=PostNumber(former),
        post=None if post is None else PostNumber(post),
        choice_status=ChoiceStatus.STANDARD,
        asked_by=PersonId("op1"),
        influenced=(),
    )


async def test_a_rectified_choice_stays_on_record_no_longer_live(told: Told, scene: Scene) -> None:
    await told(chosen(scene, 1, "P1"))
    await told(a_rectification(scene, 1, "P1", "P2"))
    assert [(row[2], row[3], row[4]) for row in await told.rows(ASSIGNED)] == [
        ("P1", False, 1),
        ("P2", True, 2),
    ]
    assert (2, "rectification", "i1@example.org", "queued") in await told.rows(MAILED)


async def test_a_choice_taken_back_frees_the_seat_and_the_person(told: Told, scene: Scene) -> None:
    await told(chosen(scene, 1, "P1"))
    await told(a_rectification(scene, 1, "P1", None))
    await told(chosen(scene, 2, "P1"))
    await told(chosen(scene, 1, "P2"))
    assert [(row[2], row[3]) for row in await told.rows(ASSIGNED)] == [
        ("P1", False),
        ("P1", True),
        ("P2", True),
    ]


async def test_the_phase_of_the_row_follows_the_journal(
    told: Told, journal: PostgresJournal, scene: Scene
) -> None:
    rows = await journal.rows(scene.amphi)
    amphi = scene.amphi
    story: list[tuple[e.AnyEvent, str]] = [
        (e.AmphiValidated(amphi=amphi, facts=rows.facts, posts=rows.posts), "VALIDATED"),
        (e.AmphiPublished(amphi=amphi), "OPEN"),
        (e.SessionStarted(amphi=amphi, session=1), "RUNNING"),
        (e.Paused(amphi=amphi, remaining_ms=None), "PAUSED"),
        (e.Resumed(amphi=amphi, deadline=None, remaining_ms=None, budget_ms=None), "RUNNING"),
        (e.SessionEnded(amphi=amphi, session=1), "BETWEEN_SESSIONS"),
        (e.CatchUpStarted(amphi=amphi), "CATCH_UP"),
        (e.Paused(amphi=amphi, remaining_ms=None), "PAUSED"),
        (e.Resumed(amphi=amphi, deadline=None, remaining_ms=None, budget_ms=None), "CATCH_UP"),
        (e.AmphiClosed(amphi=amphi), "CLOSED"),
    ]
    for event, phase in story:
        await told(event)
        assert await told.rows("SELECT phase FROM amphis") == [(phase,)], event
    assert await told.rows("SELECT state FROM choice_sessions") == [("ended",)]


async def test_gestures_on_an_entry_change_its_row(told: Told, scene: Scene) -> None:
    entry = scene.entries[2]
    await told(
        e.InternExcluded(entry=entry),
        e.AbsenceSet(entry=entry, expected=True),
        e.ExtraTimeSet(entry=entry, extra_seconds=30),
    )
    row = "SELECT excluded, expected_absence, extra_seconds FROM call_list_entries WHERE id = :id"
    assert await told.rows(row, id=entry) == [(True, True, 30)]
    await told(e.InternRestored(entry=entry), e.AbsenceSet(entry=entry, expected=False))
    assert await told.rows(row, id=entry) == [(False, False, 30)]


async def test_a_status_request_decided_changes_the_entry_and_the_request(
    told: Told, scene: Scene
) -> None:
    entry, status = scene.entries[2], ChoiceStatus.SURNOMBRE_VALIDANT
    asked = "INSERT INTO status_requests (id, entry, choice_status) VALUES ('s1', :id, :s)"
    await told.rows(asked + " RETURNING 1", id=entry, s=status)
    await told(e.ChoiceStatusDecided(entry=entry, accepted=True, choice_status=status))
    read = "SELECT choice_status FROM call_list_entries WHERE id = :id"
    assert await told.rows(read, id=entry) == [(status,)]
    assert await told.rows("SELECT state FROM status_requests") == [("accepted",)]
    assert await told.rows(MAILED) == [(1, "status_decided", "i2@example.org", "queued")]


async def test_posts_withdrawn_and_added_are_in_the_rows_to_freeze(
    told: Told, journal: PostgresJournal, scene: Scene
) -> None:
    new = Post(PostNumber("P9"), DesCode("X1"), ServiceNumber("77"), reserved_for=(DesCode("X1"),))
    await told(e.PostWithdrawn(post=PostNumber("P1")), e.PostAdded(post=new))
    offered = {post.number: post for post in (await journal.rows(scene.amphi)).posts}
    assert "P1" not in offered
    assert offered[new.number] == new


async def test_sessions_moved_and_a_call_list_replaced_leave_new_sessions(
    told: Told, journal: PostgresJournal, scene: Scene
) -> None:
    first = SessionFacts(n=1, from_rank=1, to_rank=2, starts_at=NINE + 1)
    second = SessionFacts(n=2, from_rank=3, to_rank=4, starts_at=NINE + 2, ends_at=NINE + 3)
    await told(e.Rescheduled(amphi=scene.amphi, sessions=(first, second)))
    assert (await journal.rows(scene.amphi)).facts.sessions == (first, second)
    entries = (await journal.rows(scene.amphi)).facts.entries
    await told(e.CallListReplaced(amphi=scene.amphi, entries=entries, sessions=(first,), version=2))
    facts = (await journal.rows(scene.amphi)).facts
    assert (facts.sessions, facts.call_list_version) == ((first,), 2)
    await told(e.OfferReplaced(amphi=scene.amphi, posts=(), version=3))
    assert await told.rows("SELECT version FROM offers") == [(3,)]


async def test_the_rows_to_freeze_are_the_call_list_the_proxies_and_the_posts(
    told: Told, journal: PostgresJournal, scene: Scene
) -> None:
    granted = e.ProxyGranted(entry=scene.entries[3], proxy="g3")
    await told(granted, holder_email="marcel@example.org")
    rows = await journal.rows(scene.amphi)
    assert isinstance(rows, Rows)
    assert [entry.call_rank for entry in rows.facts.entries] == [1, 2, 3, 4]
    assert rows.facts.entries[2] == EntryFacts(
        id=scene.entries[3],
        person=scene.persons[3],
        call_rank=3,
        des=DesCode("P117"),
        proxy=Proxy("g3"),
    )
    assert rows.posts[0] == Post(PostNumber("P1"), DesCode("P117"), ServiceNumber("11001"))
    assert len(rows.posts) == 6


async def test_an_amphi_nobody_has_heard_of_has_no_rows(journal: PostgresJournal) -> None:
    with pytest.raises(LookupError):
        await journal.rows("nowhere")  # type: ignore[arg-type]


def test_what_only_the_journal_tells_changes_no_row(scene: Scene) -> None:
    from amphi.records.fact import Fact

    silent = e.LatecomerPlaced(amphi=scene.amphi, entry=scene.entries[1])
    assert list(following(Fact(scene.offer, e.Recorded(1, NINE, "h", silent)))) == []
