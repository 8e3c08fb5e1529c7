"""THE WORLD OUTSIDE: mail today; documents, spreadsheets and registers later. One file per door."""
