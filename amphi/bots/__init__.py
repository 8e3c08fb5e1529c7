"""Bots that play an amphi over real WebSockets, written from protocol.md alone.

They import nothing of the engine: what they know is what the wire tells them.
"""
