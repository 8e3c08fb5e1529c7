"""The command line: a table of names, each imported only when it is asked for."""
