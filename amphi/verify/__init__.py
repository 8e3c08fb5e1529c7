"""The independent check of a journal: its own naive fold, chain, invariants, projections.

Imports nothing of `rules.choosing`, `live` or `gateway`: an independent check must not share the
fault. Works on the text as stored, parsed into plain dicts; whoever calls it brings the rows.
"""
