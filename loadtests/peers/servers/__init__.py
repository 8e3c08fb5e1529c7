"""The peers' servers: each a program of its own, the Python ones in an environment of their own."""
