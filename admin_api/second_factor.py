"""One-time codes of a phone (RFC 6238): six digits, 30 s, each used once.

The secret is stored sealed by the installation's key: whoever reads the database, or a copy of it,
cannot make codes.
"""

import base64
import hmac
import time

import pyotp
import segno
import structlog
from cryptography.fernet import Fernet, InvalidToken
from markupsafe import Markup
from pyotp.utils import strings_equal

STEP_SECONDS = 30
TOLERANCE = 1  # steps before and after: clocks of phones differ, codes are typed slowly
DIGITS = 6
PROPOSED_SECONDS = 3600  # how long an enrolment page may stay open
ISSUER = "Amphi"

log = structlog.get_logger()


class Seal:
    """Closes and opens secrets with a key derived from the installation's."""

    def __init__(self, secret_key: str) -> None:
        key = hmac.digest(secret_key.encode(), b"amphi second factor", "sha256")
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def closed(self, text: str) -> str:
        """What may be stored, or given to a page for a while."""
        return self._fernet.encrypt(text.encode()).decode()

    def opened(self, sealed: str, seconds: int | None = None) -> str | None:
        """None: not sealed by us, or longer than `seconds` ago."""
        try:
            return self._fernet.decrypt(sealed.encode(), seconds).decode()
        except InvalidToken:
            return None

    def secret(self, sealed: str) -> str:
        """Of a stored factor; empty when the installation's key has changed since: no code is right."""
        opened = self.opened(sealed)
        if opened is None:
            log.warning("second_factor_unreadable")
        return opened or ""


def new_secret() -> str:
    """160 random bits, as RFC 4226 §4 recommends, in base 32."""
    return pyotp.random_base32()


def step_of(secret: str, code: str, at: float | None = None) -> int | None:
    """The step of 30 s whose code this is, now (or `at`, in seconds) or a step away; None: a wrong one."""
    typed = "".join(code.split())
    if not secret or len(typed) != DIGITS or not (typed.isascii() and typed.isdecimal()):
        return None
    codes = pyotp.TOTP(secret)
    now = int((time.time() if at is None else at) // STEP_SECONDS)
    steps = range(now - TOLERANCE, now + TOLERANCE + 1)
    right = [step for step in steps if strings_equal(codes.at(step * STEP_SECONDS), typed)]
    return max(right, default=None)


def address(secret: str, account: str) -> str:
    """What the QR code says (`otpauth://`)."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER)


def picture(secret: str, account: str) -> Markup:
    """The QR code as SVG, made of our own characters only."""
    made = segno.make(address(secret, account), error="m", micro=False)
    drawn = made.svg_inline(border=4, omitsize=True, svgclass="qr__drawing", lineclass=None)
    return Markup(drawn)  # noqa: S704 - markup of the library, whose text is all paths


def in_groups(secret: str) -> str:
    """To be typed by hand: four letters at a time."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
