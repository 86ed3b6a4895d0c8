"""Pictures of figures: bars as SVG, the shade of a heat map's cell. The table beside them has the numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import template

register = template.Library()
LEFT, WIDTH, VALUE, ROW = 140, 320, 220, 36
LABEL_LETTERS = 15


@dataclass(frozen=True)
class Bar:
    """One line of the chart; lengths and places in the units of the picture."""

    label: str
    full_label: str
    text_y: int
    y: int
    offered: int
    booked: int
    attended: int
    value: str
    value_x: int


@register.inclusion_tag("frontend/ui/bar_chart.html")
def bar_chart(rows: Iterable[Any], title: str) -> dict[str, Any]:
    """Bars of offered, booked and attended time.

    Each row has ``label``, ``offered``, ``booked``, ``attended`` (numbers of one unit) and ``text`` (stands
    behind the bar, such as ``62 %``), as attributes or keys.
    """
    found = [_numbers(row) for row in rows]
    scale = WIDTH / max([1, *(max(row[1:4]) for row in found)])
    bars = [_bar(index, *row, scale) for index, row in enumerate(found)]
    return {"bars": bars, "title": title, "left": LEFT, "width": LEFT + WIDTH + VALUE, **_height(bars)}


def _height(bars: list[Bar]) -> dict[str, int]:
    return {"height": len(bars) * ROW + 8, "axis": len(bars) * ROW + 2}


def _numbers(row: Any) -> tuple[str, float, float, float, str]:
    offered, booked, attended = (float(_read(row, name) or 0) for name in ("offered", "booked", "attended"))
    return str(_read(row, "label")), offered, booked, attended, str(_read(row, "text"))


def _read(row: Any, name: str) -> Any:
    return row.get(name, "") if isinstance(row, Mapping) else getattr(row, name, "")


def _bar(
    index: int, label: str, offered: float, booked: float, attended: float, text: str, scale: float
) -> Bar:
    short = label if len(label) <= LABEL_LETTERS else label[: LABEL_LETTERS - 1] + "…"
    top = index * ROW + 6
    longest = round(max(offered, booked, attended) * scale)
    return Bar(
        label=short,
        full_label=label,
        text_y=top + 17,
        y=top,
        offered=round(offered * scale),
        booked=round(booked * scale),
        attended=round(attended * scale),
        value=text,
        value_x=LEFT + longest + 8,
    )


@register.filter
def heat(share: float | None) -> str:
    """The class of a heat map's cell for a share between 0 and 1; none for no value."""
    if share is None or share <= 0:
        return ""
    return f"sz-heat__{min(5, int(share * 5) + 1)}"
