"""Cells that a spreadsheet would run as a formula made harmless (experience.md; OWASP "CSV Injection")."""

# What makes a spreadsheet take text for a formula, tabs and line ends included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(cell: object) -> object:
    """An apostrophe in front: the spreadsheet shows the text as it is."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
