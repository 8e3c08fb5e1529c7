"""What an account may be made of: an address, a password that is not guessed at once."""

import re

from amphi.rules.refusals import Refusal

LEAST, MOST = 12, 256
_EMAIL = re.compile(r"[^@\s,;<>()\"]+@[^@\s,;<>()\".]+(\.[^@\s,;<>()\".]+)*")

# What lists of leaked passwords begin with, in French and English, and the words of this place.
_COMMON_WORDS = """
admin administrateur amour amphi amphitheatre anglais azerty azertyuiop bienvenue bonjour changeme
chocolat choix chouchou clinique connexion dci docteur doudou externe football france garance hello
hopital iloveyou interne internat invite letmein loulou marseille medecin medecine monkey motdepasse
nicolas ordinateur paris pass passe password pharmacie poste princesse qwerty qwertyuiop secret sante
soleil stage test thomas user utilisateur welcome
"""
_COMMON = frozenset(_COMMON_WORDS.split())
_LOOKALIKES = str.maketrans("013457@$!", "oieastasi")
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "azertyuiopqsdfghjklmwxcvbn", "qwertyuiopasdfghjklzxcvbnm")
_MANY = 6  # different characters, at least


def is_email(value: str) -> bool:
    """Looks like an address; whether it works, a mail will tell."""
    return len(value) <= 254 and _EMAIL.fullmatch(value) is not None


def password_refusal(password: str, *known: str) -> Refusal | None:
    """ "at least 12 characters, guessability against common lists, no composition rules"

    `known`: what anybody knows of the person (address, names).
    """
    if not password:
        return Refusal("password_needed")
    if len(password) < LEAST:
        return Refusal("password_too_short", {"least": LEAST})
    if len(password) > MOST:
        return Refusal("password_too_long", {"most": MOST})
    return Refusal("password_guessable") if _guessable(password, known) else None


def _guessable(password: str, known: tuple[str, ...]) -> bool:
    """Little else than one common or known word, a repetition, or a row of the keyboard."""
    folded = password.casefold()
    if len(set(folded)) < _MANY:
        return True
    words = _COMMON | {part for text in known for part in _parts(text)}
    return any(_is_little_else(letters, words) for letters in _spellings(folded))


def _spellings(folded: str) -> set[str]:
    """Its letters alone, and with digits read as the letters they look like."""
    return {
        "".join(letter for letter in text if letter.isalpha())
        for text in (folded, folded.translate(_LOOKALIKES))
    }


def _is_little_else(letters: str, words: frozenset[str] | set[str]) -> bool:
    """Once known words are cut out, longest first, fewer letters remain than make a word."""
    for word in sorted(words, key=len, reverse=True):
        letters = letters.replace(word, "")
    for row in _ROWS:
        letters = _without_runs(letters, row)
    return len(letters) < 4


def _without_runs(letters: str, row: str) -> str:
    """Without any four or more neighbours of a row, in either direction."""
    for size in range(len(row), 3, -1):
        for start in range(len(row) - size + 1):
            run = row[start : start + size]
            letters = letters.replace(run, "").replace(run[::-1], "")
    return letters


def _parts(text: str) -> set[str]:
    return {part for part in re.split(r"[^a-zà-ÿ]+", text.casefold()) if len(part) > 3}
