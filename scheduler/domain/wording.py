"""Words that no message to a client may contain: shared phones, social data, no hint of consequences."""

import re
import unicodedata

FORBIDDEN = (
    *("Leistung", "Bürgergeld", "Grundsicherung", "Sanktion", "Minderung", "Mitwirkung"),
    *("Meldeaufforderung", "Rechtsfolge", "Kooperationsplan", "Kundennummer", "BG-Nummer"),
)
"""Stems; they are found within compounds and inflected words too."""
_SPELLINGS = {
    "Bürgergeld": "b(?:ü|ue)rgergeld",
    "Kooperationsplan": "kooperationspl(?:a|ä|ae)n",
    "Kundennummer": r"kunden[-‐ ]?(?:nummer|nr)",
    "BG-Nummer": r"\bbg[-‐ ]?(?:nummer|nr)",
}
_PATTERNS = {word: re.compile(_SPELLINGS.get(word, word), re.IGNORECASE) for word in FORBIDDEN}


def forbidden_in(text: str) -> list[str]:
    """The forbidden stems found in a text, each once, in the order of the list.

    Case, signs that nobody sees (Unicode's category Cf), the width and look of letters and the way
    umlauts are encoded make no difference.
    """
    seen = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    plain = unicodedata.normalize("NFKC", seen)
    return [word for word, pattern in _PATTERNS.items() if pattern.search(plain)]
