"""An agent's first entry at the console: a password, and the code of a phone (RFC 6238)."""

import base64
import hashlib
import hmac
import re
import secrets
import struct
import time

STEP_S, DIGITS = 30, 6
_SEALED = re.compile(r'name="sealed" value="([^"]+)"')
_SECRET = re.compile(r"data-secret>([A-Z2-7 ]+)<")


def form(page: str) -> dict[str, str]:
    """The form of `/admin/enrolment`, filled in. Raises LookupError: this is another page."""
    sealed, secret = _SEALED.search(page), _SECRET.search(page)
    if sealed is None or secret is None:
        raise LookupError("no enrolment on this page")
    chosen = secrets.token_urlsafe(18)
    return {
        "sealed": sealed.group(1),
        "password": chosen,
        "code": code(secret.group(1), time.time()),
    }


def code(secret: str, at: float) -> str:
    """What the phone shows at that Unix time."""
    key = base64.b32decode(secret.replace(" ", ""))
    digest = hmac.new(key, struct.pack(">Q", int(at // STEP_S)), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)
