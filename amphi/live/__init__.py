"""THE RUNNING OFFER: one conductor per offer turns commands and deadlines into events.

Knows neither Redis nor SQL nor sockets: only the ports of `ports.py`, which wiring fills.
"""
