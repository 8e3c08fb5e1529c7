"""What can be wrong with a load file: each fault has its path, a code, facts.

The French sentences stand in `web/fr.json` under `load_file`; a test ties them to these codes.
"""

from typing import Any

import msgspec


class Fault(msgspec.Struct, frozen=True):
    """`path`: `amphis[0].interns[3].call_rank`, empty for the file itself."""

    path: str
    code: str
    facts: dict[str, Any] = {}


# Any of these and nothing is loaded.
FAULTS = frozenset(
    {
        "empty_file",
        "file_too_big",
        "not_json",
        "missing_field",
        "wrong_type",
        "empty_value",
        "too_long",
        "not_allowed",
        "out_of_range",
        "bad_semester",
        "bad_instant",
        "bad_email",
        "bad_policy",
        "unknown_policy",
        "no_posts",
        "no_amphis",
        "no_interns",
        "no_sessions",
        "duplicate_post",
        "duplicate_code",
        "duplicate_intern",
        "duplicate_rank",
        "duplicate_holder",
        "intern_differs",
        "absent_with_proxy",
        "unknown_des",
        "session_reversed",
        "session_ends_before",
        "sessions_overlap",
        "sessions_gap",
        "sessions_out_of_order",
        "rank_without_session",
    }
)

# These are said, and the file is loaded.
WARNINGS = frozenset(
    {
        "unknown_field",
        "planned_in_the_past",
        "hole_in_ranks",
        "bad_finess",
        "duplicate_email",
        "fewer_posts_than_interns",
    }
)

# These too: said of a sound file because of what is loaded already (actions/load.py).
BESIDE_OTHERS = frozenset({"joins_campaign", "another_trial"})
