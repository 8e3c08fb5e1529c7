"""Looking for text without case and accents gives in SQL what it gives in Python."""

import pytest
from sqlalchemy import literal, select

from amphi.records.database import Database
from amphi.records.plain_text import plainly, plainly_within
from amphi.rules.names import plain

TEXTS = [
    "HÔPITAL Saint-Joseph (AP-HP)",
    "D’HŒKER / D'Hœker",
    "CHI de Créteil, unité n\u00b02".replace("\u00b0", "."),
    "Æsop & Fils",
    "ÀÂÄÉÈÊËÎÏÔÖÙÛÜŸÇÑ",
    "",
]


@pytest.mark.parametrize("text", TEXTS)
async def test_both_make_the_same_word(database_url: str, text: str) -> None:
    database = Database(database_url)
    async with database.connection() as connection:
        made = (await connection.execute(select(plainly(literal(text))))).scalar_one()
    await database.close()
    assert made == plain(text)


async def test_what_sql_reads_as_a_pattern_is_a_letter_like_another(database_url: str) -> None:
    database = Database(database_url)
    async with database.connection() as connection:
        query = select(plainly_within(literal("ABC"), "a_c"), plainly_within(literal("ABC"), "Bc"))
        row = (await connection.execute(query)).one()
    await database.close()
    assert tuple(row) == (False, True)
