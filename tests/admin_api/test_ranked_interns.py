"""Interns on file over HTTP: read, moved, their semesters and national ranks changed."""

from tests.actions.ward import Ward
from tests.admin_api.ranked import API, ok
from tests.http.house import House, is_problem
from tests.records.interns_on_file import SEMESTER, a_perimeter


async def test_an_intern_is_read_moved_and_changed(house: House, ranked: Ward) -> None:
    (ana,) = ranked.ids("ana")
    at = f"{API}/interns/{ana}"
    async with ranked.transaction() as connection:
        await a_perimeter(connection, "Santé publique")
    async with house.operator() as agent:
        found = await ok(await agent.get(f"{API}/interns?like=an"))
        assert [each["person"] for each in found["items"]] == [ana]
        first = await ok(await agent.get(f"{API}/interns?limit=2"))
        rest = await ok(await agent.get(f"{API}/interns?limit=3&cursor={first['cursor']}"))
        assert len(first["items"]) + len(rest["items"]) == 4
        native = await agent.put(f"{at}/national-ranks", json={"rin": 5, "why": "x"})
        assert is_problem(native, 409, "not_a_foreign_exam")
        away = {"semester": SEMESTER, "kind": "research_year", "regime": "OLD"}
        sheet = await ok(
            await agent.put(f"{at}/semesters", json={"semesters": [away], "why": "thèse"})
        )
        assert [each["semester"] for each in sheet["semesters"]] == [SEMESTER]
        twice = {"semesters": [away, away], "why": "x"}
        assert is_problem(await agent.put(f"{at}/semesters", json=twice), 422, "bad_semester")
        going = {"semester": SEMESTER, "discipline": "Santé publique", "why": "x"}
        await ok(await agent.put(f"{at}/out-of-discipline", json=going))
        never = going | {"semester": "2099-05"}
        late = await agent.put(f"{at}/out-of-discipline", json=never)
        assert is_problem(late, 422, "semester_out_of_training")
        moved = {"kind": "cancellation", "why": "démission"}
        touched = await ok(await agent.post(f"{at}/movements", json=moved))
        assert touched == {"rankings": [ranked.run]}
        sheet = await ok(await agent.get(at))
    assert [each["kind"] for each in sheet["movements"]] == ["cancellation"]
    assert sheet["intern"]["state"] == "cancelled"


async def test_ranks_of_a_foreign_exam_are_entered_by_hand_with_a_log(
    house: House, ranked: Ward
) -> None:
    (ana,) = ranked.ids("ana")
    async with ranked.transaction() as connection:
        await connection.exec_driver_sql("UPDATE exams SET exam = 'foreign', label = 'PET'")
    async with house.operator() as agent:
        given = {"rin": 5, "why": "relevé du CNG"}
        sheet = await ok(await agent.put(f"{API}/interns/{ana}/national-ranks", json=given))
        log = (await ok(await agent.get(f"{API}/audit?subject={ana}")))["items"]
    assert (sheet["intern"]["rin"], sheet["intern"]["ranks_origin"]) == (5, "manual")
    assert [(each["what"], each["why"]) for each in log] == [("ranks_entered", "relevé du CNG")]
    assert (log[0]["before"]["rin"], log[0]["after"]["rin"]) == (10, 5)
