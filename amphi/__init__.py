"""Amphi: the choice of posts by interns, in virtual amphitheatres."""
