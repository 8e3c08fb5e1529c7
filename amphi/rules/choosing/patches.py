"""Merge patches between two views (RFC 7396): a client needs no rules.

A null and an absent key are the same thing in a view, so views hold no nulls at all and a null in
a patch always means: the key is gone.
"""

from typing import Any

Json = dict[str, Any]


def merge_patch(old: Json, new: Json) -> Json:
    """The smallest patch with `apply_patch(old, patch) == new`; empty when nothing changed.

    Arrays are replaced whole, as the RFC has it. Neither argument may hold a null.
    """
    patch: Json = {key: None for key in old if key not in new}
    for key, value in new.items():
        before = old.get(key)
        if before == value:  # most of a view, compared without a Python call for each key
            continue
        if isinstance(value, dict) and isinstance(before, dict):
            patch[key] = merge_patch(before, value)
        else:
            patch[key] = value
    return patch


def apply_patch(view: Json, patch: Json) -> Json:
    """The view after `patch`; `view` itself is left as it is."""
    after = dict(view)
    for key, value in patch.items():
        if value is None:
            after.pop(key, None)
        elif isinstance(value, dict):
            before = after.get(key)
            after[key] = apply_patch(before if isinstance(before, dict) else {}, value)
        else:
            after[key] = value
    return after
