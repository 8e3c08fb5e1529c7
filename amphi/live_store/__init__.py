"""REDIS SHOWS: the inbox, the feed, the hot state, tickets, rate limits, the cache of sign-ins.

It decides nothing: whatever is here may be lost at 9:04 and is rebuilt from the journal at 9:05.
The only package that imports redis; every key and its lifetime stand in `keys.py`.
"""
