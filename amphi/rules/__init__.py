"""WHAT IS ALLOWED: pure functions on frozen values; no I/O, no clock, no randomness."""
