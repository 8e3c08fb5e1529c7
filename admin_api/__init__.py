"""HTTP for the staff of the ARS: one file per subject, and the console's pages."""
