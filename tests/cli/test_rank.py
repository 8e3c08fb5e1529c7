"""`amphi rank` from outside: a file in, a line of JSON or a table out."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from amphi.cli import run
from amphi.cli.tables import aligned
from tests.rules.ranking.ranking_files import a_national_row, a_row, text

ROOT = Path(__file__).resolve().parents[2]
Captured = pytest.CaptureFixture[str]

# DCI §7, and one more of whom the size of the cohort is not known
CALL_LIST = text(
    *(
        a_row(
            intern=name[0].lower(), last_name=name, first_name=first, cohort=cohort, elapsed=elapsed,
            validated=done, out_of_discipline=out, local_rank=rank, cohort_size=size,
        )
        | {"theoretical_size": theoretical}
        for name, first, cohort, elapsed, done, out, rank, size, theoretical in (
            ("Unknown", "Ugo", "2019", "6", "6", "0", "8", "", "10"),
            ("Guilhot", "Héliène", "2019", "6", "6", "1", "466", "614", "10"),
            ("Monluc", "Sébastien", "2019", "6", "6", "0", "7", "10", "10"),
            ("Bérenger", "Thomas", "2019", "6", "6", "0", "5", "10", "10"),
            ("Victor", "Gellie", "2018", "8", "7", "0", "4", "12", "1"),
        )
    )
)  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rangs.csv"


def ranked(file: Path, capsys: Captured, *words: str) -> dict[str, Any]:
    assert run(["rank", str(file), "--json", *words]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def refused(file: Path, capsys: Captured) -> list[dict[str, Any]]:
    assert run(["rank", str(file), "--json"]) == 1
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert told["ok"] is False
    assert all(f"Refusé ({each['code']})" in said.err for each in told["refused"])
    found: list[dict[str, Any]] = told["refused"]
    return found


def test_the_call_list_of_the_manual_is_ranked(file: Path, capsys: Captured) -> None:
    file.write_text(CALL_LIST)
    told = ranked(file, capsys)
    assert [each["intern"] for each in told["ranked"]] == ["v", "b", "m", "g"]
    assert told["ranked"][3] == {
        "intern": "g",
        "rank": 4,
        "tied": False,
        "seniority": 6,
        "theoretical_cohort": 2019,
        "local_rank": 466,
        "cohort_size": 614,
        "adjusted_rank": "7.58",
    }
    assert [each["adjusted_rank"] for each in told["ranked"]] == ["0.33", "5.00", "7.00", "7.58"]
    assert told["tie_groups"] == []
    assert told["unranked"] == [{"intern": "u", "reason": "cohort_size_unknown"}]


def test_ties_have_one_rank_and_stand_alphabetically(file: Path, capsys: Captured) -> None:
    late = {"cohort": "2018", "elapsed": "8"}
    rows = [
        a_row(intern="z", last_name="Zola", local_rank="5"),
        a_row(intern="e", last_name="Éluard", local_rank="10", cohort_size="20", **late),
        a_row(intern="a", last_name="Ana", local_rank="6"),
        a_row(intern="f", last_name="First", local_rank="1"),
    ]
    file.write_text(text(*rows))
    told = ranked(file, capsys)
    places = [(each["intern"], each["rank"], each["tied"]) for each in told["ranked"]]
    assert places == [("f", 1, False), ("e", 2, True), ("z", 2, True), ("a", 4, False)]
    assert told["tie_groups"] == [["e", "z"]]


@pytest.mark.parametrize(("policy", "figure"), [("dci", "43/157"), ("imotep", "98")])
def test_the_policy_is_chosen_by_name(
    policy: str, figure: str, file: Path, capsys: Captured
) -> None:
    """The profile card of DCI §4 follows IMOTEP."""
    file.write_text(text(a_row(local_rank="98", cohort_size="157") | {"theoretical_size": "43"}))
    shown = {"dci": "26.84", "imotep": "98.00"}[policy]
    assert ranked(file, capsys, "--policy", policy)["ranked"][0]["adjusted_rank"] == shown
    run(["rank", str(file), "--policy", policy, "--explain", "i1"])
    assert figure.split("/", maxsplit=1)[0] in capsys.readouterr().out


def test_local_ranks_come_from_the_rows(file: Path, capsys: Captured) -> None:
    rows = [
        a_national_row(intern=n, last_name=n, rin=rin) for n, rin in (("x", "900"), ("y", "30"))
    ]
    file.write_text(text(*rows))
    told = ranked(file, capsys)["ranked"]
    assert [(each["intern"], each["local_rank"], each["cohort_size"]) for each in told] == [
        ("y", 1, 2),
        ("x", 2, 2),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_file_may_come_from_any_spreadsheet(
    encoding: str, separator: str, end: str, file: Path, capsys: Captured
) -> None:
    rows = [
        a_row(intern="p", last_name="Pagnol", local_rank="1"),
        a_row(
            intern="o",
            last_name="Œuvrard",
            local_rank="2",
            cohort_size="20",
            cohort="2018",
            elapsed="8",
        ),
    ]
    file.write_bytes(text(*rows, separator=separator, end=end).encode(encoding))
    assert run(["rank", str(file)]) == 0
    said = capsys.readouterr()
    assert "Œuvrard Émile" in said.out
    assert "Ex aequo au rang 1 : Œuvrard Émile, Pagnol Émile." in said.out
    assert said.err == ""


def test_iso_8859_1_is_read_too(file: Path, capsys: Captured) -> None:
    file.write_bytes(text(a_row(last_name="Noël")).encode("iso-8859-1"))
    assert run(["rank", str(file)]) == 0
    assert "Noël" in capsys.readouterr().out


def test_a_table_for_people_tells_the_unranked_first_and_why(file: Path, capsys: Captured) -> None:
    file.write_text(CALL_LIST)
    assert run(["rank", str(file)]) == 0
    first, header, *rows = capsys.readouterr().out.splitlines()
    assert first == "Unknown Ugo (u). Non classé : l'effectif de la promotion n'est pas connu."
    assert header.split()[:2] == ["Rang", "Identité"]
    assert rows[-1].endswith("7,58  hors discipline")


def test_a_file_in_which_nobody_can_be_ranked_is_told_all_the_same(
    file: Path, capsys: Captured
) -> None:
    file.write_text(text(a_row(cohort_size="0", local_rank="")))
    assert run(["rank", str(file)]) == 0
    assert (
        capsys.readouterr().out
        == "Zola Émile (i1). Non classé : l'effectif de la promotion est nul.\n"
    )


def test_the_computation_of_one_rank_is_explained_in_french(file: Path, capsys: Captured) -> None:
    file.write_text(CALL_LIST)
    assert run(["rank", str(file), "--explain", "g"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Guilhot Héliène\n  Rang local : 466 sur 614 dans la promotion 2019.")
    assert "466 / 614 × 10 = 2330/307" in said
    assert "soit 7,58" in said
    assert run(["rank", str(file), "--explain", "u"]) == 0
    assert "Non classé : l'effectif de la promotion n'est pas connu." in capsys.readouterr().out


def test_machines_get_the_explanation_as_steps(file: Path, capsys: Captured) -> None:
    file.write_text(CALL_LIST)
    assert run(["rank", str(file), "--explain", "g", "--json"]) == 0
    steps = {step["code"]: step for step in json.loads(capsys.readouterr().out)["steps"]}
    assert steps["adjusted"]["figure"] == "7.58"
    assert steps["adjusted"]["facts"]["cohort_size"] == 614
    assert steps["adjusted"]["sentence"].startswith("Rang calculé")


def test_nobody_of_that_name_is_a_refusal(file: Path, capsys: Captured) -> None:
    file.write_text(CALL_LIST)
    assert run(["rank", str(file), "--explain", "nobody"]) == 1
    assert "« nobody »" in capsys.readouterr().err


def test_what_is_wrong_is_told_with_line_and_column_and_nothing_is_ranked(
    file: Path, capsys: Captured
) -> None:
    rows = a_row(), a_row(intern="i2", last_name="Hugo", exam="regional"), a_row(cohort="3000")
    file.write_text(text(*rows))
    faults = refused(file, capsys)
    assert [(each["line"], each["field"], each["code"]) for each in faults] == [
        (3, "exam", "unknown_exam"),
        (4, "cohort", "cohort_in_the_future"),
    ]
    assert faults[0]["value"] == "regional"
    assert "national, european" in faults[0]["sentence"]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty_file"),
        (b"PK\x03\x04", "not_a_table"),
        (b'intern;"exam\n', "bad_quotes"),
        (b"intern;last_name\n", "missing_column"),
    ],
)
def test_what_is_no_such_file_is_refused(
    raw: bytes, code: str, file: Path, capsys: Captured
) -> None:
    file.write_bytes(raw)
    assert {each["code"] for each in refused(file, capsys)} == {code}


def test_columns_not_used_are_warned_of_and_the_result_stays_pure(
    file: Path, capsys: Captured
) -> None:
    file.write_text(text(a_row() | {"remark": "x"}))
    assert run(["rank", str(file), "--json"]) == 0
    said = capsys.readouterr()
    assert len(json.loads(said.out)["ranked"]) == 1
    assert (
        said.err
        == "Attention : ligne 1 : La colonne « remark » n'est pas utilisée ; elle est laissée de côté.\n"
    )


def test_a_warning_that_concerns_everybody_does_not_fill_the_screen(
    file: Path, capsys: Captured
) -> None:
    file.write_text(text(*(a_row(intern=str(n), local_rank=str(n)) for n in range(1, 11)) , *(
        a_row(intern=str(n), local_rank=str(n), cohort_size="50") for n in range(11, 41))))  # fmt: skip
    assert run(["rank", str(file), "--json"]) == 0
    said = capsys.readouterr().err.splitlines()
    assert sum("homonyme" in line for line in said) == 20
    assert "… et 19 autres (homonyms)." in said


@pytest.mark.parametrize(
    "words",
    [
        ["rank"],
        ["rank", "nowhere.csv"],
        ["rank", __file__, "--policy", "other"],
    ],
)
def test_a_wrong_line_is_status_two(words: list[str], capsys: Captured) -> None:
    assert run(words) == 2
    assert capsys.readouterr().out == ""


def test_figures_are_aligned_to_the_right_and_words_to_the_left() -> None:
    assert aligned(("Nom", "N"), [("Ana", "7"), ("Bo", "1,50")]) == (
        "Nom     N\nAna     7\nBo   1,50"
    )


def test_it_is_a_command_of_its_own_process(file: Path) -> None:
    file.write_text(CALL_LIST)
    done = subprocess.run(
        [sys.executable, "-m", "amphi", "rank", str(file), "--json"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert json.loads(done.stdout)["unranked"][0]["intern"] == "u"
