"""What rounds of the comparison become: medians, ratios, goals, a table in a document, a picture."""

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

from loadtests.peers.picture import picture
from loadtests.peers.report import BEGIN, END, Conditions, goals, lines, page, put_into, table

CONDITIONS = Conditions("2026-11-21 09:00 UTC", 3, "0.1 to 0.5", 1_900, 640)


def a_round(server: str, last: float, **changes: Any) -> dict[str, Any]:
    figures = {
        "server": server,
        "fan_3000_ms": [last / 2, last / 2, 999.0],
        "fan_5000_ms": [last, last, 999.0],
        "fan_5000_missing": 0,
        "cpu_5000_us": last / 5,
        "storm_per_s": 1_000 / last,
        "bytes_per_socket": 1_024 * last,
        "mix_p50_ms": last,
        "mix_p99_ms": 2 * last,
    }
    return figures | changes


ROUNDS = [
    *(a_round("C epoll", last) for last in (10.0, 11.0, 90.0)),
    *(a_round("Amphi", last) for last in (14.0, 15.0, 15.0)),
    *(a_round("Node ws", last) for last in (20.0, 22.0, 30.0)),
    a_round("nchan", 21.0, mix_missing=4),
    {"server": "Starlette", "failed": "it did not start"},
]


def test_each_server_has_its_medians_and_the_quickest_comes_first() -> None:
    made = lines(ROUNDS)
    assert [line.server for line in made] == ["C epoll", "Amphi", "nchan", "Node ws", "Starlette"]
    assert [line.last_5000_ms for line in made] == [11.0, 15.0, 21.0, 22.0, None]
    assert made[2].missing == 4


def test_the_table_has_a_line_for_each_with_times_the_limit() -> None:
    rows = table(lines(ROUNDS)).splitlines()
    assert len(rows) == 2 + 5
    assert rows[3].startswith("| **Amphi** | 7.5 (× 1.36) | 15.0 (× 1.36) |")
    assert rows[-1] == "| Starlette | – | – | – | – | – | – | – |"


def test_the_goals_say_by_how_much_they_are_reached_or_not() -> None:
    said = goals(lines(ROUNDS))
    assert "- reached: last of 5000 within 1.5 × C: 1.36" in said
    slow = [each for each in ROUNDS if each["server"] != "Amphi"]
    said = goals(lines([*slow, a_round("Amphi", 33.0)]))
    assert "- **not reached**: last of 5000 within 1.5 × C: 3.00" in said
    assert "- **not reached**: memory per socket below Node ws (Node = 1): 1.50" in said


def test_what_was_lost_is_named() -> None:
    assert "lost: nchan 4." in page(lines(ROUNDS), CONDITIONS)


def test_only_what_stands_between_the_marks_is_written_anew(tmp_path: Path) -> None:
    document = tmp_path / "README.md"
    document.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    assert put_into(document, lines(ROUNDS), CONDITIONS)
    written = document.read_text()
    assert put_into(document, lines(ROUNDS), CONDITIONS)
    assert document.read_text() == written
    assert written.startswith(f"before\n{BEGIN}\n| server |")
    assert written.endswith(f"{END}\nafter\n")
    assert "old" not in written
    document.write_text("nothing")
    assert not put_into(document, lines(ROUNDS), CONDITIONS)


def test_the_picture_has_a_bar_for_each_and_fits() -> None:
    far = [*ROUNDS, a_round("Django Channels", 900.0)]
    drawn = ET.fromstring(picture(lines(far)))
    width = float(str(drawn.get("viewBox")).split()[2])
    bars = [each for each in drawn if each.tag.endswith("rect")]
    assert len(bars) == 5
    for bar in bars:
        assert float(str(bar.get("x"))) + float(str(bar.get("width"))) < width
    assert "900.0 →" in picture(lines(far))
