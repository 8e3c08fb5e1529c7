"""A refusal is a value: a code, facts, a French sentence (web/fr.json) and an HTTP status (here)."""

from typing import Any

import msgspec


class Refusal(msgspec.Struct, frozen=True):
    """A rule said no. `code` is for machines, `facts` are plain JSON values that fill the sentence."""

    code: str
    facts: dict[str, Any] = {}


class Refused(Exception):
    """The only way a refusal crosses code that cannot return it (files, the command line, HTTP)."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__(", ".join(refusal.code for refusal in refusals))
        self.refusals = refusals


# Every code with its HTTP status; a test ties this table to fr.json and to the scenarios.
CHOOSING: dict[str, int] = {
    # who, in the order of live-rules.md §5
    "not_in_amphi": 403,
    "amphi_frozen": 503,
    "amphi_paused": 409,
    "amphi_closed": 409,
    "amphi_not_running": 409,
    "proxy_holds_the_choice": 403,
    "not_the_proxy_holder": 403,
    "already_served": 409,
    "turn_expired": 409,
    "not_your_turn": 409,
    # which post
    "unknown_post": 404,
    "post_withdrawn": 409,
    "post_not_in_your_offer": 403,
    "post_reserved": 403,
    "post_filled": 409,
    "surnombre_not_allowed": 409,
    # latecomers
    "not_missed": 409,
    "no_returns_left": 409,
    # operators
    "not_an_operator": 403,
    "already_validated": 409,
    "amphi_not_validated": 409,
    "amphi_not_open": 409,
    "already_published": 409,
    "already_started": 409,
    "already_paused": 409,
    "nothing_to_pause": 409,
    "not_paused": 409,
    "already_closed": 409,
    "not_in_catch_up": 409,
    "turn_in_progress": 409,
    "no_turn": 409,
    "another_turn": 409,
    "no_session_left": 409,
    "session_out_of_order": 409,
    "another_amphi_running": 409,
    "not_ready": 409,
    "unknown_entry": 404,
    "not_called_yet": 409,
    "already_waiting": 409,
    "already_excluded": 409,
    "not_excluded": 409,
    "absence_unchanged": 409,
    "absence_expected": 409,
    "proxy_exists": 409,
    "no_proxy": 404,
    "holder_already_taken": 409,
    "proxy_already_accepted": 409,
    "only_the_current_chooser": 409,
    "not_paused_for_posts": 409,
    "post_exists": 409,
    "post_has_assignments": 409,
    "no_flag": 409,
    "not_served": 409,
    "unknown_rectification": 404,
    "second_operator_needed": 403,
    "reason_needed": 422,
    "sessions_not_a_partition": 422,
    "duplicate_rank": 422,
    # the engine
    "conductor_changed": 409,
    "id_reused": 409,
    "bad_command": 422,
    "unavailable": 503,
}

# What a command line or an address names cannot be found, or nobody is there to do it.
FINDING: dict[str, int] = {
    "unknown_amphi": 404,
    "ambiguous_amphi": 409,
    "unknown_intern": 404,
    "unknown_offer": 404,
    "no_conductor": 503,
}

# What an HTTP request lacks (protocol.md §2, §3).
ASKING: dict[str, int] = {
    "bad_request": 400,
    "sign_in_needed": 401,
    "sign_in_refused": 401,
    "wrong_origin": 403,
    "unknown_address": 404,
    "unknown_link": 404,
    "not_accepted_yet": 404,
    "method_not_allowed": 405,
    "too_large": 413,
    "not_json": 415,
    "bad_email": 422,
    "password_needed": 422,
    "password_too_short": 422,
    "password_too_long": 422,
    "password_guessable": 422,
    "too_many_attempts": 429,
    # operators' accounts (quality.md "Security")
    "operator_sign_in_refused": 401,
    "enrolment_needed": 403,
    "unknown_operator": 404,
    "already_an_operator": 409,
    "enrolment_expired": 409,
    "no_account": 409,
    "own_access": 409,
    "name_needed": 422,
    "wrong_code": 422,
    "wrong_password": 422,
    "internal_error": 500,
}

# Ranking a perimeter (ranking.md §4, §5).
RANKING: dict[str, int] = {
    "choices_not_validated": 409,
    "choices_started": 409,
    "ranking_complete": 409,
    "unknown_tie_group": 404,
    "tie_order_incomplete": 422,
    "ties_left": 409,
    "no_neighbour": 409,
    "unranked_left": 409,
    "not_in_file": 404,
    "ranking_frozen": 409,
    "ties_validated": 409,
    "ties_not_validated": 409,
    "nothing_to_reopen": 409,
    "already_provisional": 409,
    "list_already_published": 409,
    "not_provisional": 409,
    "contest_open": 409,
    "contest_closed": 409,
    "contest_not_held": 409,
    "contest_pending": 409,
    "contest_answered": 409,
    "contests_unanswered": 409,
    "unknown_contest": 404,
    "not_on_the_list": 404,
    "nothing_changed": 409,
    "text_too_long": 422,
    "movement_impossible": 409,
    "ranking_superseded": 409,
    "unknown_ranking": 404,
    "unknown_perimeter": 404,
    "unknown_call_list": 404,
    "unknown_job": 404,
    "perimeter_exists": 409,
    "discipline_needed": 422,
    "new_discipline_needed": 422,
    "unknown_discipline": 422,
    "bad_semester": 422,
    "semester_out_of_training": 422,
    "ranking_under_way": 409,
    "list_not_frozen": 409,
    "list_replaced": 409,
    "amphi_elsewhere": 409,
    "sessions_not_planned": 409,
    "amphis_not_closed": 409,
    "unserved_left": 409,
    "choices_already_validated": 409,
    "not_a_foreign_exam": 409,
    "bad_national_rank": 422,
    "national_rank_taken": 409,
    "bad_timetable": 422,
    "nobody_on_the_list": 409,
    "no_start_yet": 404,
    "no_such_intern": 404,
    "unknown_import_row": 404,
    "import_row_settled": 409,
    "import_row_wrong": 422,
    "import_refused": 422,
    "no_file": 422,
    "start_needed": 422,
}
