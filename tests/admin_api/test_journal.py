"""The journal of gestures: who, what, whom, why; newest first, page by page, as a file."""

from amphi.records.audit import Act, record
from amphi.rules.choosing.events import ChoiceRectified, RectificationAsked
from tests.actions.ward import Ward, frozen
from tests.http.house import House, is_problem

PAGE = "/admin/api/journal"


async def some_gestures(house: House) -> None:
    """Validated, published, started, paused, one excluded; by Agnès."""
    at = f"/admin/api/amphis/{house.theatre.amphi}/commands"
    async with house.operator("Agnès") as agnes:
        for name in ("validate", "publish", "start"):
            assert (await agnes.post(f"{at}/{name}")).status_code == 200
        await agnes.post(f"{at}/pause", json={"reason": "=1+1"})
        excluded = {"entry": house.theatre.entries[3], "reason": "Démission"}
        assert (await agnes.post(f"{at}/exclude", json=excluded)).status_code == 200
        turn = await agnes.post(f"{at}/end_turn", json={"reason": "Ne répond pas"})
        assert turn.status_code == 200, turn.text


async def test_gestures_are_told_with_who_whom_and_why(lively: House) -> None:
    await some_gestures(lively)
    async with lively.operator("Bruno") as bruno:
        lines = (await bruno.get(f"{PAGE}?amphi={lively.theatre.amphi}")).json()["items"]
    told = [(line["name"], line["said"], line["whom"], line["why"]) for line in lines]
    assert told == [
        ("Agnès", "Tour passé au suivant", "Prénom1 NOM1", "Ne répond pas"),
        ("Agnès", "Interne exclu", "Prénom4 NOM4", "Démission"),
        ("Agnès", "Pause", None, "=1+1"),
        ("Agnès", "Session 1 démarrée", None, ""),
        ("Agnès", "Amphithéâtre ouvert aux internes", None, ""),
        ("Agnès", "Amphithéâtre validé", None, ""),
    ]
    assert "posts" not in lines[-1]["facts"]


async def test_who_approves_a_rectification_says_why_too(lively: House) -> None:
    at = f"/admin/api/amphis/{lively.theatre.amphi}/commands"
    first = lively.theatre.entries[0]
    await lively.theatre.open()
    assert (await lively.theatre.choose(1, "P1")).code is None
    async with lively.operator("Agnès") as agnes, lively.operator("Bruno") as bruno:
        asked = {"entry": first, "reason": "Erreur de l'ARS"}
        assert (await agnes.post(f"{at}/rectify", json=asked)).status_code == 200
        (rectification,) = await lively.theatre.events(RectificationAsked)
        approved = {"id": rectification.id, "reason": "Vérifié au dossier"}
        answer = await bruno.post(f"{at}/approve_rectification", json=approved)
        assert answer.status_code == 200, answer.text
        lines = (await bruno.get(f"{PAGE}?amphi={lively.theatre.amphi}")).json()["items"]
    assert [(line["name"], line["why"]) for line in lines[:2]] == [
        ("Bruno", "Vérifié au dossier"),
        ("Agnès", "Erreur de l'ARS"),
    ]
    (event,) = await lively.theatre.events(ChoiceRectified)
    assert (event.reason, event.approval) == ("Erreur de l'ARS", "Vérifié au dossier")


async def test_pages_of_the_journal_make_the_whole_of_it(lively: House) -> None:
    await some_gestures(lively)
    async with lively.operator("Bruno") as bruno:
        whole = (await bruno.get(PAGE)).json()["items"]
        found, cursor = [], ""
        while True:
            page = (await bruno.get(f"{PAGE}?limit=3{cursor}")).json()
            found += page["items"]
            if page["cursor"] is None:
                break
            cursor = f"&cursor={page['cursor']}"
        wrong = await bruno.get(f"{PAGE}?cursor=x")
    assert [(line["source"], line["number"]) for line in found] == [
        (line["source"], line["number"]) for line in whole
    ]
    assert {line["source"] for line in whole} == {"amphi", "console"}
    assert is_problem(wrong, 400, "bad_request")


async def test_another_ars_reads_nothing_of_it(lively: House) -> None:
    await some_gestures(lively)
    async with lively.theatre.database.transaction() as connection:
        await record(connection, Act(who="command line", what="load", subject=lively.theatre.offer))
    async with lively.operator("Loin", "Bretagne") as foreign:
        lines = (await foreign.get(PAGE)).json()["items"]
        csv = (await foreign.get("/admin/journal.csv")).text
        named = await foreign.get(f"{PAGE}?amphi={lively.theatre.amphi}")
        file = await foreign.get(f"/admin/journal.csv?amphi={lively.theatre.amphi}")
    assert {line["what"] for line in lines} == {"sign_in"}
    assert "Pause" not in csv
    assert is_problem(named, 404, "unknown_amphi")
    assert is_problem(file, 404, "unknown_amphi")


async def test_the_file_is_for_spreadsheets_and_runs_nothing(lively: House) -> None:
    await some_gestures(lively)
    async with lively.operator("Bruno") as bruno:
        answer = await bruno.get(f"/admin/journal.csv?amphi={lively.theatre.amphi}")
    assert answer.content.startswith(b"\xef\xbb\xbfDate;Heure;Agent;")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    assert ";'=1+1;" in answer.text
    assert "NOM4;Démission" in answer.text


async def test_turns_are_told_with_what_they_were_charged(lively: House) -> None:
    await some_gestures(lively)
    async with lively.operator("Bruno") as bruno:
        answer = await bruno.get(f"/admin/api/amphis/{lively.theatre.amphi}/turns?limit=5")
    (turn,) = answer.json()["items"]
    assert (turn["entry"], turn["post"]) == (lively.theatre.entries[0], None)
    assert turn["reason"] == "ended_by_operator"
    assert 0 <= turn["seconds"] < 60


async def test_acts_upon_rankings_say_which_perimeter_intern_or_file_they_concern(
    house: House, ranked: Ward
) -> None:
    made = await frozen(ranked)
    head = "intern;last_name;first_name;profession;discipline;regime;exam;cohort\n"
    row = "a1;PETIT;Bob;médecine;Psychiatrie;ancien régime;national;2024\n"
    file = {"file": ("internes.csv", (head + row).encode(), "text/csv")}
    ana = ranked.people["ana"]
    async with house.operator() as agent:
        plan = {"starts_at": "2027-04-06T09:00"}
        await agent.post(f"/admin/ranking/lists/{made}/sessions", data=plan)
        moved = {"kind": "cancellation", "why": "x"}
        await agent.post(f"/admin/api/interns/{ana}/movements", json=moved)
        await agent.post("/admin/ranking/imports", data={"kind": "interns"}, files=file)
        lines = (await agent.get(PAGE)).json()["items"]
    told = {line["what"]: line["whom"] for line in lines}
    for what in ("preranked", "list_published", "list_frozen", "sessions_planned"):
        assert told[what] == "Psychiatrie", what
    assert told["intern_moved"] == "Zoé ANA"
    assert told["imported_interns"] == "internes.csv"
    assert told["sign_in"] is None
