"""Merge patches between views (RFC 7396)."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amphi.rules.choosing.patches import apply_patch, merge_patch

Json = dict[str, Any]
leaves = st.booleans() | st.integers() | st.sampled_from(["", "x"])
values = st.recursive(
    leaves | st.lists(leaves, max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("abcd"), inner, max_size=4),
    max_leaves=12,
)
views = st.dictionaries(st.sampled_from("abcd"), values, max_size=4)


# RFC 7396, appendix A: those of its examples whose patch holds no null within an array or a value.
@pytest.mark.parametrize(
    ("original", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
        ({"a": 1}, {"a": {"b": 2}}, {"a": {"b": 2}}),
    ],
)
def test_a_patch_applies_as_the_rfc_says(original: Json, patch: Json, result: Json) -> None:
    assert apply_patch(original, patch) == result


@settings(deadline=None)
@given(old=views, new=views)
def test_the_old_view_and_the_patch_make_the_new_view(old: Json, new: Json) -> None:
    assert apply_patch(old, merge_patch(old, new)) == new


@settings(deadline=None)
@given(view=views)
def test_nothing_changed_makes_an_empty_patch(view: Json) -> None:
    assert merge_patch(view, view) == {}


def test_a_patch_holds_only_what_changed() -> None:
    old = {"phase": "RUNNING", "posts": {"P1": {"filled": True}, "P2": {"filled": False}}}
    new = {"phase": "RUNNING", "posts": {"P1": {"filled": True}, "P2": {"filled": True}}}
    assert merge_patch(old, new) == {"posts": {"P2": {"filled": True}}}


def test_what_is_gone_is_null_in_the_patch() -> None:
    assert merge_patch({"paused": {"reason": "x"}, "late": []}, {"late": []}) == {"paused": None}


@settings(deadline=None)
@given(old=views, patch=views)
def test_applying_leaves_the_old_view_as_it_was(old: Json, patch: Json) -> None:
    before = repr(old)
    apply_patch(old, patch)
    assert repr(old) == before
