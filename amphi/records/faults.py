"""What PostgreSQL's errors mean to those who may not know SQL: the exceptions of `live.ports`."""

from sqlalchemy.exc import DBAPIError

from amphi.live.ports import JournalUnavailable, Superseded, Violated

# A unique index that says no is a refusal, not a crash (architecture.md).
REFUSALS = {
    "uq_assignments_campaign_person": "already_served",
    "uq_assignments_seat": "post_filled",
    "uq_proxies_campaign_holder": "holder_already_taken",
    "uq_proxies_live_entry": "proxy_exists",
    "uq_perimeters_territory_profession_pool_regime": "perimeter_exists",
    "pk_choice_validations": "choices_already_validated",
}

CHAIN_BROKEN = "AMPH1"  # raised by the journal's own trigger (migrations/sql/journal_guards.sql)
_DATA, _INTEGRITY = "22", "23"  # SQLSTATE classes


def meaning(error: DBAPIError) -> Exception:
    """Before COMMIT was sent, so nothing was written: why."""
    return meaning_of(error.driver_exception)


def meaning_of(error: BaseException) -> Exception:
    """The same of the driver's own exception, or the system's."""
    state = _attribute(error, "sqlstate")
    if state == CHAIN_BROKEN:
        return Superseded(str(error))
    if state.startswith(_INTEGRITY):
        return _violated(_attribute(error, "constraint_name"))
    if state.startswith(_DATA):  # a NUL character in a text, a number out of range
        return Violated("bad_command", {"sqlstate": state})
    return JournalUnavailable(f"{state} {type(error).__name__} {error}".strip())


def _violated(constraint: str) -> Violated:
    """An index that has no code is a fault of ours: said as such, and the amphi goes on."""
    code = REFUSALS.get(constraint)
    return Violated(code, {}) if code else Violated("unavailable", {"constraint": constraint})


def _attribute(error: BaseException, name: str) -> str:
    """A fact that the driver's own exception knows; a lost connection knows none."""
    return str(getattr(error, name, None) or "")
