"""Cut the design system's font down to the letters we need: two weights, Latin and Cyrillic, 18 KB each.

The Open Font License asks for another name where a font was changed: it is called Sprechzeit Sans.
"""

import logging
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter, load_font, parse_unicodes, save_font
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "node_modules" / "@kern-ux" / "native" / "dist" / "fonts" / "fira-sans"
OUTPUT = ROOT / "frontend" / "static" / "frontend" / "fonts"
WEIGHTS = {"400": "FiraSans-Regular.woff2", "600": "FiraSans-SemiBold.woff2"}
LETTERS = (
    "0020-007E,00A0-017F,018F,0192,0218-021B,0259,02BC,02C6,02DA,02DC,0400-045F,0490-0491,"
    "1E9E,2010-2026,2030,2039,203A,20AC,2122,2190-2193,2212,2713,25CF"
)
FEATURES = ["kern", "liga", "tnum", "mark", "mkmk", "locl", "ccmp"]
NAME = "Sprechzeit Sans"
NAME_IDS = {1, 3, 4, 6, 16, 18, 20, 21}
KEPT_NAMES = [0, 1, 2, 3, 4, 5, 6, 13, 14]


def cut(source: Path, target: Path) -> None:
    """Write the letters we need of ``source`` as WOFF2, under our own name."""
    options = Options(flavor="woff2", layout_features=FEATURES, hinting=False, name_IDs=KEPT_NAMES)
    font = load_font(str(source), options)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=parse_unicodes(LETTERS))
    subsetter.subset(font)
    rename(font)
    save_font(font, str(target), options)


def rename(font: TTFont) -> None:
    """Replace every name that readers of the font see."""
    for record in font["name"].names:
        if record.nameID in NAME_IDS:
            record.string = NAME.replace(" ", "") if record.nameID == 6 else NAME


def main() -> int:
    """Write both weights."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    for weight, name in WEIGHTS.items():
        cut(SOURCE / name, OUTPUT / f"sans-{weight}.woff2")
    return 0


if __name__ == "__main__":
    sys.exit(main())
