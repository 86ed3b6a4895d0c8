"""What fits into an SMS: the GSM 7-bit alphabet (3GPP TS 23.038) and its segments."""

import unicodedata

import gsm0338  # noqa: F401 - registers the codec

SINGLE, PART = 160, 153
UCS2_SINGLE, UCS2_PART = 70, 67
_REPLACED = str.maketrans(
    {
        "„": '"',
        "“": '"',
        "”": '"',
        "‚": "'",
        "‘": "'",
        "’": "'",
        "–": "-",
        "—": "-",
        "…": "...",
        "\u00a0": " ",
    }
)


def is_gsm7(text: str) -> bool:
    """Can it be said in the 7-bit alphabet?"""
    try:
        text.encode("gsm03.38")
    except UnicodeError:
        return False
    return True


def normalised(text: str) -> str:
    """Typographic signs become plain ones; a letter that the alphabet lacks loses its accent or is ``?``."""
    text = " ".join(text.translate(_REPLACED).split())
    return "".join(character if is_gsm7(character) else _plain(character) for character in text)


def _plain(character: str) -> str:
    bare = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return bare or "?"


def segments(text: str) -> int:
    """How many SMS this costs."""
    if is_gsm7(text):
        length, single, part = len(text.encode("gsm03.38")), SINGLE, PART
    else:
        length, single, part = len(text.encode("utf-16-be")) // 2, UCS2_SINGLE, UCS2_PART
    return 1 if length <= single else -(-length // part)
