"""The same fan-out and the same storm for this gateway and for others: `python -m loadtests.peers`."""
