"""The crowd: what ARS teams run before each semester; imports nothing of ours."""
