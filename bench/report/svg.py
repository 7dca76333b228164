"""As much of SVG as two plots need."""

from html import escape

INK, FAINT = "#24292f", "#d0d7de"
FONT = "system-ui, sans-serif"


def number(value: float) -> str:
    """Return a coordinate, to a tenth of a pixel."""
    return f"{value:.1f}".removesuffix(".0")


class Drawing:
    """Shapes in the order in which they are drawn, on white; the origin is at the top left."""

    def __init__(self, *, width: int, height: int, title: str, description: str) -> None:
        self._size = (width, height)
        self._title = title
        self._description = description
        self._shapes: list[str] = []

    def line(self, start: tuple[float, float], end: tuple[float, float], *, colour: str = FAINT) -> None:
        """Draw a straight line."""
        (x1, y1), (x2, y2) = start, end
        places = f'x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}"'
        self._shapes.append(f'<line {places} stroke="{colour}"/>')

    def path(self, points: list[tuple[float, float]], *, colour: str, dashed: bool = False) -> None:
        """Draw a line through points."""
        places = " ".join(f"{number(x)},{number(y)}" for x, y in points)
        dashes = ' stroke-dasharray="5 4"' if dashed else ""
        self._shapes.append(
            f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'
        )

    def dot(self, place: tuple[float, float], *, colour: str, hollow: bool = False) -> None:
        """Draw a dot."""
        x, y = place
        fill = "#fff" if hollow else colour
        look = f'r="4.5" fill="{fill}" stroke="{colour}" stroke-width="2"'
        self._shapes.append(f'<circle cx="{number(x)}" cy="{number(y)}" {look}/>')

    def text(
        self,
        place: tuple[float, float],
        words: str,
        *,
        anchor: str = "start",
        size: int = 12,
        bold: bool = False,
    ) -> None:
        """Write words; `anchor` is start, middle or end."""
        x, y = place
        weight = ' font-weight="600"' if bold else ""
        self._shapes.append(
            f'<text x="{number(x)}" y="{number(y)}" text-anchor="{anchor}" font-size="{size}"{weight}>'
            f"{escape(words)}</text>"
        )

    def document(self) -> str:
        """Return the whole file."""
        width, height = self._size
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" role="img" font-family="{FONT}" fill="{INK}">'
        )
        about = f"<title>{escape(self._title)}</title><desc>{escape(self._description)}</desc>"
        paper = f'<rect width="{width}" height="{height}" fill="#fff"/>'
        return "\n".join([head, about, paper, *self._shapes, "</svg>", ""])
