"""Pages: templates of `amphi/web/templates` filled, inside the frame of their program."""

from typing import Any

from starlette.responses import HTMLResponse

from amphi.http.templating import Frame, environment

BARE = Frame()  # no menu, nobody: pages of a mailed link, problems


def page(template: str, status: int = 200, *, frame: Frame = BARE, **facts: Any) -> HTMLResponse:
    """The template filled with `facts`."""
    text = environment().get_template(template).render(frame=frame, **facts)
    return HTMLResponse(text, status)
