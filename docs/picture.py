"""Draw the output of a command as a picture of a terminal: text on standard input, SVG on standard output.

`make reference` draws docs/images/one-screen.svg with it, and a test fails when the picture is not what is printed.
"""

from __future__ import annotations

import sys
from html import escape

COLUMNS, WIDTH, HEIGHT, MARGIN = 80, 8.43, 18, 24  # of a character, in pixels
STYLE = (
    ".page{fill:#fff;stroke:#c8ccd2}text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#1f2328;"
    "white-space:pre}.command{fill:#57606a}.strong{font-weight:700}"
    "@media (prefers-color-scheme:dark){.page{fill:#0d1117;stroke:#3d444d}text{fill:#e6edf3}.command{fill:#9198a1}}"
)


def picture(text: str, command: str) -> str:
    """The text that a command prints, line by line; headings and warnings are bold."""
    lines = [f"$ {command}", *text.rstrip("\n").split("\n")]
    width, height = round(2 * MARGIN + COLUMNS * WIDTH), 2 * MARGIN + len(lines) * HEIGHT
    drawn = [
        f'<text class="{kind(line, first=not number)}" x="{MARGIN}" y="{MARGIN + (number + 1) * HEIGHT - 4}"'
        f' xml:space="preserve">{escape(line)}</text>'
        for number, line in enumerate(lines)
        if line
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' role="img" aria-label="What {escape(command, quote=True)} prints">\n<style>{STYLE}</style>\n'
        f'<rect class="page" x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8"/>\n'
        + "\n".join(drawn)
        + "\n</svg>\n"
    )


def kind(line: str, first: bool) -> str:
    """The class of a line."""
    if first:
        return "command"
    return "strong" if line.isupper() or line.startswith("! GET") else "plain"


if __name__ == "__main__":
    sys.stdout.write(picture(sys.stdin.read(), sys.argv[1]))
