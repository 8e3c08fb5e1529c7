"""WEBSOCKETS: shows a live offer to those who watch it and carries their commands to its conductor.

It decides nothing: it folds the journal like everybody else, and what may be done is judged by the
conductor. Normative for the outside: `protocol.md` §1.
"""
