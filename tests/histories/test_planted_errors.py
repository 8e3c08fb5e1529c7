"""A checker is worth what it finds: real records are right, every planted error is told."""

from collections.abc import Callable

import pytest

from loadtests.history import search, witness
from tests.histories.planting import PLANTED, RECORDED, Story

STORIES = sorted(path.stem for path in RECORDED.glob("*.jsonl"))


@pytest.mark.parametrize("name", STORIES)
def test_a_real_record_is_explained_by_its_journal(name: str) -> None:
    story = Story(name)
    assert witness.check(story.read, story.texts) == []


@pytest.mark.parametrize("name", STORIES)
@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_planted_error_is_found(plant: Callable[[Story], None], name: str) -> None:
    story = Story(name)
    plant(story)
    found = {each.check for each in witness.check(story.read, story.texts)}
    assert PLANTED[plant] in found


@pytest.mark.parametrize("name", STORIES)
def test_a_real_record_has_an_order_even_without_its_journal(name: str) -> None:
    story = Story(name)
    assert search.order_of(search.calls(story.read, entries(story)), ranks(story)) is not None


def test_the_search_finds_what_no_order_explains() -> None:
    story = Story(STORIES[0])
    story.answer(story.sent("P3"))["frame"].update(type="refused", code="post_filled", facts={})
    assert search.order_of(search.calls(story.read, entries(story)), ranks(story)) is None


def test_a_journal_with_a_gap_is_refused() -> None:
    story = Story(STORIES[0])
    del story.journal[3]
    with pytest.raises(ValueError, match="gap"):
        witness.check(story.read, story.texts)


def entries(story: Story) -> dict[str, str]:
    listed = story.line("AmphiValidated")["facts"]["entries"]
    return {each["person"]: each["id"] for each in listed}


def ranks(story: Story) -> list[str]:
    listed = story.line("AmphiValidated")["facts"]["entries"]
    return [each["id"] for each in sorted(listed, key=lambda each: int(each["call_rank"]))]
