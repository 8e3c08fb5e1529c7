"""Pages: Jinja2 templates of `amphi/web/templates`, escaped always, strict about names."""

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("amphi.web"), autoescape=True, undefined=StrictUndefined
    )


def page(template: str, status: int = 200, **facts: Any) -> HTMLResponse:
    """The template filled with `facts`."""
    return HTMLResponse(_templates().get_template(template).render(**facts), status)
