"""Words that no message may contain are found however they are written."""

import pytest

from scheduler.domain.wording import FORBIDDEN, forbidden_in


@pytest.mark.parametrize(
    "word",
    [
        *("Leistung", "Bürgergeld", "Grundsicherung", "Grundsicherungsgeld", "Sanktion", "Minderung"),
        *("Mitwirkung", "Meldeaufforderung", "Rechtsfolgen", "Kooperationsplan", "Kundennummer", "BG-Nummer"),
    ],
)
@pytest.mark.parametrize("write", [str, str.upper, str.lower, "»{}«".format])
def test_each_word_of_the_glossary_is_found(word, write):
    found = forbidden_in(f"Zu Ihrem Termin: {write(word)}.")
    assert len(found) == 1
    assert word.startswith(found[0])
    assert found[0] in FORBIDDEN


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ihre Geldleistungen und Leistungsminderungen", ["Leistung", "Minderung"]),
        ("sanktionieren, Sanktionen", ["Sanktion"]),
        ("Mitwirkungspflichten", ["Mitwirkung"]),
        ("Bu\N{COMBINING DIAERESIS}rgergeld, Buergergeld", ["Bürgergeld"]),
        ("Bürger\N{SOFT HYPHEN}geld", ["Bürgergeld"]),
        ("Bu\N{ZERO WIDTH SPACE}\N{COMBINING DIAERESIS}rgergeld", ["Bürgergeld"]),
        ("Sank\N{RIGHT-TO-LEFT MARK}tion, Leis\N{ARABIC LETTER MARK}tung", ["Leistung", "Sanktion"]),
        ("Min\N{ZERO WIDTH SPACE}der\N{ZERO WIDTH NO-BREAK SPACE}ung", ["Minderung"]),
        ("\uff33\uff41\uff4e\uff4b\uff54\uff49\uff4f\uff4e", ["Sanktion"]),
        ("\U0001d412\U0001d41a\U0001d427\U0001d424\U0001d42d\U0001d422\U0001d428\U0001d427", ["Sanktion"]),
        ("Ihre Kooperationspläne", ["Kooperationsplan"]),
        ("BG Nummer, BG\N{NON-BREAKING HYPHEN}Nummer, BG-Nr. 12", ["BG-Nummer"]),
        ("Kunden-Nr. 7", ["Kundennummer"]),
        ("Bürgergeld vor Leistung", ["Leistung", "Bürgergeld"]),
    ],
)
def test_compounds_inflections_and_spellings_are_found(text, found):
    assert forbidden_in(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ihr Videotermin bei Kreis GG: Di 10.03., 9:00 Uhr. Freiwillig, ohne Folgen für Ihr Geld.",
        "Behinderung, Telefonnummer, Bürgerbüro, Plan, Kundin",
    ],
)
def test_plain_words_are_no_finding(text):
    assert forbidden_in(text) == []
