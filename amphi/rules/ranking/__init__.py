"""WHO CHOOSES BEFORE WHOM: from exam results to a call list, in exact figures, each explained."""
