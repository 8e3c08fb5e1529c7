"""Text looked for without case and accents, in SQL that needs no extension and no ICU."""

from typing import Any

from sqlalchemy import ColumnElement, func

from amphi.rules.names import plain

# What `translate` puts in the place of each; what has no counterpart is left out.
_LETTERS = ("àâäáãåçéèêëíìîïñóòôöõúùûüýÿ", "aaaaaaceeeeiiiinooooouuuuyy")
_LEFT_OUT = " '’‘`´-‐‑–—_.,;:/()[]&+\""


def plainly(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The column as `rules.names.plain` makes a word."""
    lower = func.replace(func.replace(func.lower(column), "œ", "oe"), "æ", "ae")
    return func.translate(lower, _LETTERS[0] + _LEFT_OUT, _LETTERS[1])


def plainly_within(column: ColumnElement[Any], word: str) -> ColumnElement[bool]:
    """Whether the word stands somewhere in the column."""
    return plainly(column).contains(plain(word), autoescape=True)
