"""What the tables share: one MetaData, names for constraints, a few kinds of columns."""

from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Column, MetaData, Text, func
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

INSTANT = TIMESTAMP(timezone=True)


def an_id(name: str = "id") -> Column[Any]:
    """A primary key made by `ids.new_id`: opaque, short, safe in an address."""
    return Column(name, Text, primary_key=True)


def text(name: str, *, default: str | None = None) -> Column[Any]:
    """Text that is always there, if only empty."""
    return Column(name, Text, nullable=False, server_default=default)


def codes(name: str) -> Column[Any]:
    """A set of codes, empty unless given."""
    return Column(name, ARRAY(Text), nullable=False, server_default="{}")


def instant(name: str, *, nullable: bool = False, now: bool = False) -> Column[Any]:
    """A moment; `now`: PostgreSQL's clock fills it in."""
    default = func.clock_timestamp() if now else None
    return Column(name, INSTANT, nullable=nullable, server_default=default)


def one_of(column: str, words: type[StrEnum] | tuple[str, ...]) -> CheckConstraint:
    """The column holds one of these words (a CHECK is easier to widen than an enum type)."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
