"""HTTP for ARS staff: its own process and port (protocol.md §3), and the console's pages."""
