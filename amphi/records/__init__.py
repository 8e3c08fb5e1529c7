"""POSTGRESQL: the record. Tables, the journal, what follows from it, reads; one file per subject.

The only door to sqlalchemy, asyncpg, alembic and pgqueuer. Handlers open `Database.transaction()`
and pass the connection on; `journal.py` is the conductor's `Journal`.
"""
