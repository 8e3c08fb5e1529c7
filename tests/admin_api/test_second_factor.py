"""One-time codes and the seal around their secrets."""

import pyotp
import pytest

from admin_api.second_factor import Seal, address, in_groups, new_secret, picture, step_of

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B
AT = 1_000_000_000.0
STEP = int(AT) // 30


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
    ],
)
def test_the_codes_are_those_of_rfc_6238(at: int, code: str) -> None:
    assert step_of(RFC_SECRET, code, at) == at // 30


@pytest.mark.parametrize(("away", "step"), [(-60, None), (-30, -1), (0, 0), (30, 1), (60, None)])
def test_a_phone_may_be_one_step_wrong_and_no_more(away: int, step: int | None) -> None:
    code = pyotp.TOTP(RFC_SECRET).at(int(AT) + away)
    assert step_of(RFC_SECRET, code, AT) == (None if step is None else STEP + step)


def test_spaces_are_no_part_of_a_code() -> None:
    code = pyotp.TOTP(RFC_SECRET).at(int(AT))
    assert step_of(RFC_SECRET, f" {code[:3]} {code[3:]} ", AT) == STEP


@pytest.mark.parametrize("code", ["", "12345", "1234567", "١٢٣٤٥٦", "abcdef", "12345²"])
def test_what_is_no_six_digits_is_no_code(code: str) -> None:
    assert step_of(RFC_SECRET, code, AT) is None


def test_without_a_secret_no_code_is_right() -> None:
    assert step_of("", "000000", AT) is None


def test_secrets_are_of_160_bits_and_all_different() -> None:
    made = {new_secret() for _ in range(50)}
    assert len(made) == 50
    assert {len(each) for each in made} == {32}
    assert len(in_groups(made.pop()).split()) == 8


def test_a_seal_opens_its_own_and_nothing_else() -> None:
    seal, other = Seal("one key of the installation, long"), Seal("another key, as long as the one")
    sealed = seal.closed("secret")
    assert "secret" not in sealed
    assert seal.opened(sealed) == "secret"
    assert other.opened(sealed) is None
    assert seal.opened(sealed[:-4]) is None
    assert seal.opened("é") is None
    assert seal.opened(sealed, seconds=-1) is None
    assert other.secret(sealed) == ""


def test_the_picture_holds_no_markup_of_the_account() -> None:
    drawn = picture(RFC_SECRET, '"><script>@x.example')
    assert drawn.startswith("<svg")
    assert "script" not in drawn
    assert "style" not in drawn
    assert address(RFC_SECRET, "a@ars.example").startswith("otpauth://totp/Amphi:a%40ars.example")
