"""What happens is said in French sentences; the board shows the amphis as they are."""

import io

import pytest
from rich.console import Console

from amphi.cli.board import Board, Row
from amphi.cli.telling import Cast, Json, sentence

CAST = Cast("P01", {"e1": "Emile ZOLA"}, {"21872": "BEAUJON (AP-HP), PHARMACIE"})


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (
            {"kind": "PostChosen", "entry": "e1", "post": "21872", "by": "proxy"},
            "P01 : Emile ZOLA choisit, par procuration, le poste 21872, BEAUJON (AP-HP), PHARMACIE.",
        ),
        (
            {"kind": "TurnMissed", "entry": "e1", "reason": "absent"},
            "P01 : le tour d'Emile ZOLA est passé, personne n'était connecté.",
        ),
        ({"kind": "TurnStarted", "entry": "e1", "late": False}, None),
        (
            {"kind": "TurnStarted", "entry": "e2", "late": True},
            "P01 : c'est au tour d'e2, en retard.",
        ),
        ({"kind": "Paused", "reason": "Contrôle"}, "P01 : pause, Contrôle."),
        ({"kind": "SessionStarted", "session": 2}, "P01 : la session 2 commence."),
        ({"kind": "SomethingNew"}, None),
    ],
)
def test_events_are_told_in_french(event: Json, said: str | None) -> None:
    assert sentence(event, CAST) == said


def test_without_a_terminal_there_are_plain_lines() -> None:
    out = io.StringIO()
    board = Board(out)
    with board.shown():
        board.tell(CAST, {"kind": "AmphiClosed"})
    assert out.getvalue() == "P01 : l'amphithéâtre est clos.\n"


def test_the_board_shows_each_amphi_as_it_is() -> None:
    view = {
        "phase": "RUNNING",
        "session": 1,
        "sessions": [{"n": 1}, {"n": 2}],
        "entries": {"e1": "turn", "e2": "served"},
        "turn": {"entry": "e1", "remaining_ms": 42_000},
        "late": ["e1"],
    }
    board = Board(io.StringIO())
    board.add(Row(CAST, "PHARMACIE", 3, lambda: view))
    board.say("P01 : la session 1 commence.")
    console = Console(width=140, record=True, file=io.StringIO())
    console.print(board.drawn())
    text = console.export_text()
    for part in ("P01", "PHARMACIE", "en cours", "1/2", "Emile ZOLA 42 s", "1/3", "la session 1"):
        assert part in text
