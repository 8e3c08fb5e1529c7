"""Every frame of the wire as a value: `client.py` what we hear, `server.py` what we say."""
