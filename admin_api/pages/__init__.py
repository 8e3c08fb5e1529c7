"""The console's pages: server-rendered, one file per subject; the wall's own life is in its modules."""
