"""The same as a picture: how long until the last of 5 000 listeners knows. SVG, for light and dark."""

from loadtests.peers.report import LIMIT, OURS, Line

WIDTH, ROW, LEFT, RIGHT, TOP = 720, 30, 170, 110, 46
STYLE = """
  text { font: 14px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600; font-size: 16px }
  .quiet { fill: #57606a; font-size: 12px }
  .bar { fill: #8c959f } .ours { fill: #0a58ca } .limit { fill: #c7ccd1 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .quiet { fill: #8b949e } .ours { fill: #4c8dff } .limit { fill: #444c56 }
  }
"""


def picture(made: list[Line]) -> str:
    """Bars as long as the time; what does not fit is cut, with its figure."""
    shown = [line for line in made if line.last_5000_ms is not None]
    times = sorted(line.last_5000_ms or 0.0 for line in shown)
    longest = times[-2] if len(times) > 2 and times[-1] > 3 * times[-2] else times[-1]
    height = TOP + ROW * len(shown) + 12
    bars = "\n".join(_row(n, line, longest) for n, line in enumerate(shown))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"'
        ' aria-label="Milliseconds until the last of 5 000 listeners has an event">\n'
        f"<style>{STYLE}</style>\n"
        '<text class="title" x="8" y="20">Until the last of 5 000 listeners knows, in ms</text>\n'
        '<text class="quiet" x="8" y="38">one server process, one core; shorter is better</text>\n'
        f"{bars}\n</svg>\n"
    )


def _row(n: int, line: Line, longest: float) -> str:
    value, top = line.last_5000_ms or 0.0, TOP + ROW * n
    full = WIDTH - LEFT - RIGHT
    width = min(full, max(2.0, value / longest * full))
    kind = "ours" if line.server.startswith(OURS) else "limit" if line.server == LIMIT else "bar"
    more = " →" if value > longest else ""
    return (
        f'<text x="{LEFT - 10}" y="{top + 18}" text-anchor="end">{line.server}</text>'
        f'<rect class="{kind}" x="{LEFT}" y="{top + 4}" width="{width:.1f}" height="20" rx="3"/>'
        f'<text x="{LEFT + width + 8:.1f}" y="{top + 18}">{value:.1f}{more}</text>'
    )
