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
    "Kundennummer": r"kunden[-‐‑ \N{NO-BREAK SPACE}]?(?:nummer|nr)",
    "BG-Nummer": r"\bbg[-‐‑ \N{NO-BREAK SPACE}]?(?:nummer|nr)",
}
_PATTERNS = {word: re.compile(_SPELLINGS.get(word, word), re.IGNORECASE) for word in FORBIDDEN}
_UNSEEN = re.compile("[\N{SOFT HYPHEN}\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NON-JOINER}\N{WORD JOINER}]")


def forbidden_in(text: str) -> list[str]:
    """The forbidden stems found in a text, each once, in the order of the list.

    Case, hyphenation marks and the way umlauts are encoded make no difference.
    """
    plain = _UNSEEN.sub("", unicodedata.normalize("NFC", text))
    return [word for word, pattern in _PATTERNS.items() if pattern.search(plain)]
