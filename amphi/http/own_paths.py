"""Where to go after a sign-in: a path of this very program, never somebody else's address."""

from urllib.parse import urlsplit

LONGEST = 2000


def own_path(wanted: str, otherwise: str = "/") -> str:
    r"""`wanted` if it is a path here, else `otherwise`.

    Browsers read `//elsewhere`, `/\elsewhere` and control characters within as other addresses.
    """
    plain = wanted.isascii() and wanted.isprintable() and "\\" not in wanted
    if not plain or len(wanted) > LONGEST or not wanted.startswith("/"):
        return otherwise
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return otherwise
    return otherwise if parts.scheme or parts.netloc or wanted.startswith("//") else wanted
