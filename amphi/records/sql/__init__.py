"""SQL that reads better as SQL; a package, so that it is installed with the code."""
