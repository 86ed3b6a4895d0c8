"""Words that no message to a client may contain: shared phones, social data, no hint of consequences."""

import re

FORBIDDEN = (
    *("Leistung", "Bürgergeld", "Grundsicherung", "Sanktion", "Minderung", "Mitwirkung"),
    *("Meldeaufforderung", "Rechtsfolge", "Kooperationsplan", "Kundennummer", "BG-Nummer"),
)
_PATTERN = re.compile("|".join(re.escape(word) for word in FORBIDDEN), re.IGNORECASE)


def forbidden_in(text: str) -> list[str]:
    """The forbidden stems found in a text, also within compounds, each once and in order."""
    by_lower = {word.lower(): word for word in FORBIDDEN}
    return list(dict.fromkeys(by_lower[match.group().lower()] for match in _PATTERN.finditer(text)))
