"""Slow work: the clock that only enqueues, and the handlers of the queue."""
