"""What containers need beside the code: small scripts, configuration of the other services."""
