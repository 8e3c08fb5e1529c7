"""Statements in the driver's own words: SQLAlchemy finds them, once; the driver runs them.

Through SQLAlchemy each execution costs several times what PostgreSQL's answer does, and an amphi
waits for it. What is asked, and with which types, stays SQLAlchemy's to say.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import Dialect, Executable
from sqlalchemy.sql.compiler import SQLCompiler

Values = dict[str, Any]
Processor = Callable[[Any], Any]  # from a Python value to one of the driver's


class Place(msgspec.Struct, frozen=True):
    """A value of the statement: `name`d and given each time, or its own `fixed` one."""

    name: str | None
    fixed: Any
    processor: Processor | None

    def value(self, given: Values) -> Any:
        value = self.fixed if self.name is None else given[self.name]
        return value if self.processor is None else self.processor(value)


class Wording(msgspec.Struct, frozen=True):
    """The text with `$1`, `$2` …, and what stands in these places."""

    text: str
    places: tuple[Place, ...]

    def values(self, given: Values) -> list[Any]:
        """As the driver wants them. Raises KeyError when one is missing."""
        return [place.value(given) for place in self.places]


class Wordings:
    """Of one dialect. A statement that wants values is made once, and so are its words."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._known: dict[Executable, Wording] = {}

    def of(self, statement: Executable) -> Wording:
        """One made for the occasion, with its values in it, is not remembered."""
        known = self._known.get(statement)
        if known is None:
            known = worded(statement, self._dialect)
            if any(place.name is not None for place in known.places):
                self._known[statement] = known
        return known


def worded(statement: Executable, dialect: Dialect) -> Wording:
    """Raises TypeError for a statement that only SQLAlchemy itself could run."""
    compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
    if not isinstance(compiled, SQLCompiler) or compiled.prefetch:
        raise TypeError(f"not to be run by the driver alone: {statement}")
    wanted = {name: bind.key for name, bind in compiled.binds.items() if bind.required}
    state = compiled.construct_expanded_state(dict.fromkeys(wanted.values()))
    processors = _processors(compiled, dialect) | dict(state.processors)
    places = tuple(
        Place(wanted.get(name), state.parameters[name], processors.get(name))
        for name in state.positiontup or ()
    )
    return Wording(state.statement, places)


def _processors(compiled: SQLCompiler, dialect: Dialect) -> dict[str, Any]:
    """Of every place whose values the driver does not take as they are."""
    made = {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect)
        for name, bind in compiled.binds.items()
    }
    return {name: processor for name, processor in made.items() if processor is not None}
