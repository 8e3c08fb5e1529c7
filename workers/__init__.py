"""Slow work: the clock that enqueues, and the handlers of the jobs."""
