"""The environment of all pages: Jinja2, escaped always, strict about names, with French filters."""

from functools import cache

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from amphi.http import ranking_wording, wording
from amphi.http.static import assets


class Link(msgspec.Struct, frozen=True):
    """A line of the menu; `icon`: the name of a file of `static/icons`."""

    address: str
    label: str
    icon: str = ""


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """What surrounds a page: the header with its menu, who is signed in, a notice.

    `here`: the address of the page, marked in the menu and come back to after a sign-in; `sign_in`,
    `sign_out`: addresses of the page and of the POST, None: the header shows neither.
    """

    home: str = "/"
    brand: str = "Amphi"
    menu: tuple[Link, ...] = ()
    here: str = ""
    name: str | None = None
    sign_in: str | None = None
    sign_out: str | None = None
    notice: str | None = None


@cache
def environment() -> Environment:
    """One per process."""
    made = Environment(
        loader=PackageLoader("amphi.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    made.filters |= wording.FILTERS | ranking_wording.FILTERS
    made.globals |= {"static": assets().address, "drawing": _drawing}
    return made


def _drawing(name: str) -> Markup:
    """The SVG of an icon, ours and therefore not escaped, to stand in the page itself."""
    return Markup(assets().text(f"icons/{name}.svg"))  # noqa: S704 - a file of this package
