"""People's names as the French order and shorten them."""

import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})


def sort_key(last_name: str, first_name: str) -> str:
    """What sorts like a French directory: by last name, then by first name.

    Accents, capitals, hyphens, apostrophes and spaces do not count: D'Hoker sorts as DHOKER.
    """
    return f"{plain(last_name)} {plain(first_name)}"


def plain(name: str) -> str:
    """ "without case, accents, œ/oe, kinds of apostrophe, hyphen or space, Unicode form" (experience.md)"""
    decomposed = unicodedata.normalize("NFKD", name.casefold().translate(_LIGATURES))
    return "".join(letter for letter in decomposed if letter.isalnum())


def initial(first_name: str) -> str:
    """`É.` of `Émile`, `J.-P.` of `Jean-Pierre`: the first name as other people see it."""
    parts = [part for part in first_name.strip().split("-") if part]
    return "-".join(f"{part[0].upper()}." for part in parts)
