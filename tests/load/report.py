"""The outcome of a run as a table and as JSON."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, is_dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

HEAD = ("work", "ours", "django-appointment", "raw floor", "ratio", "target", "verdict")


@dataclass(frozen=True)
class Row:
    """One line: a figure per side, their ratio, and whether the target was reached (None: no verdict)."""

    work: str
    figures: Mapping[str, Any]
    target: str = ""
    ratio: float | None = None
    reached: bool | None = None
    notes: Sequence[str] = field(default_factory=list)

    @property
    def verdict(self) -> str:
        """Pass, falls short, or nothing."""
        return {True: "pass", False: "FALLS SHORT", None: ""}[self.reached]

    def cells(self) -> tuple[str, ...]:
        """Texts of the table's columns."""
        sides = (_text(self.figures.get(side)) for side in ("ours", "peer", "floor"))
        ratio = f"{self.ratio:.2f} ×" if self.ratio is not None else ""
        return (self.work, *sides, ratio, self.target, self.verdict)


def ratio_of(over: Any, under: Any) -> float | None:
    """How many times larger the first median is; None where a side did not take part."""
    return over.p50 / under.p50 if over and under else None


def table(rows: Sequence[Row]) -> str:
    """A Markdown table, followed by the notes."""
    lines = [HEAD, *(row.cells() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    texts = ["| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in lines]
    texts.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    notes = [f"- {row.work}: {note}" for row in rows for note in row.notes]
    legend = "Times are milliseconds: median / 95th percentile / least."
    return "\n".join([*texts, "", legend, *notes])


def store(path: Path, rows: Sequence[Row], *, began: datetime, seconds: float) -> None:
    """Write everything that was measured."""
    told = {"began": began.isoformat(timespec="seconds"), "seconds": round(seconds), "machine": machine()}
    told["rows"] = [{**_plain(row), "verdict": row.verdict} for row in rows]
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")


def machine() -> dict[str, str]:
    """What the figures were measured on."""
    packages = {name: version(name) for name in ("Django", "gunicorn", "psycopg")}
    system = {
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": str(os.cpu_count()),
    }
    return {**system, **packages}


def _text(figure: Any) -> str:
    if figure is None:
        return "–"
    return f"{figure:.1f}" if isinstance(figure, float) else str(figure)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(part) for name, part in asdict(value).items()}
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    return round(value, 3) if isinstance(value, float) else value
