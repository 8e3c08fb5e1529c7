"""Thousands of sockets in a few processes: how late is the last listener, how long until a welcome.

Not a browser: each socket costs next to nothing, so that what is measured is the server. A frame
that thousands hear is understood once per process.
"""
