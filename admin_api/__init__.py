"""HTTP for ARS staff: its own process and port (protocol.md §3); the console's pages come later."""
