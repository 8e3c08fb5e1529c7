"""Icons stand in the page itself, many times over: nothing in them may be there only once."""

from pathlib import Path

import pytest

from amphi.http.static import assets

ICONS = Path("amphi/web/static/icons")


@pytest.mark.parametrize("icon", sorted(each.stem for each in ICONS.glob("*.svg")))
def test_an_icon_has_no_id_and_says_nothing(icon: str) -> None:
    text = assets().text(f"icons/{icon}.svg")
    assert " id=" not in text
    assert "<title" not in text
