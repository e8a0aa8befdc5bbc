"""Bars as an SVG that a browser shows in light and in dark."""

from __future__ import annotations

from html import escape

BAR, GAP, LEFT, WIDTH, TOP = 14, 10, 170, 420, 46
COLOURS = {"floor": "#9aa5b1", "floor_checked": "#5b6b7b", "ours": "#0b84a5"}


def bars(title: str, rows: dict[str, dict[str, float]], most: float) -> str:
    """A group of bars a row; each value is a share of `most` of the width."""
    lines = []
    at = TOP
    for row, values in rows.items():
        middle = at + len(values) * BAR / 2 + 4
        lines.append(f'<text x="{LEFT - 8}" y="{middle:g}" text-anchor="end">{escape(row)}</text>')
        for name, value in values.items():
            width = max(1.0, value / most * WIDTH)
            lines.append(
                f'<rect x="{LEFT}" y="{at}" width="{width:.1f}" height="{BAR - 2}" fill="{COLOURS[name]}"/>'
                f'<text x="{LEFT + width + 5:.1f}" y="{at + BAR - 4}" font-size="10">{value:.2f}</text>'
            )
            at += BAR
        at += GAP
    legend = "".join(
        f'<rect x="{LEFT + 110 * index}" y="26" width="10" height="10" fill="{colour}"/>'
        f'<text x="{LEFT + 110 * index + 15}" y="35" font-size="11">{escape(name)}</text>'
        for index, (name, colour) in enumerate(COLOURS.items())
    )
    style = "text{font-family:sans-serif;font-size:12px;fill:#222}@media(prefers-color-scheme:dark){text{fill:#ddd}}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 60}" height="{at}" role="img">'
        f"<title>{escape(title)}</title><style>{style}</style>"
        f'<text x="{LEFT}" y="16">{escape(title)}</text>{legend}{"".join(lines)}</svg>\n'
    )
