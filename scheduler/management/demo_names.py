"""Plainly invented people and places."""

FIRST = (
    *("Ada", "Bela", "Cleo", "Dana", "Eike", "Femi", "Gero", "Hanna", "Ilka", "Jona", "Kim", "Lale"),
    *(
        "Mika",
        "Nele",
        "Oda",
        "Pia",
        "Quentin",
        "Robin",
        "Sascha",
        "Toni",
        "Ulli",
        "Vera",
        "Wiebke",
        "Yara",
        "Zoe",
    ),
)
LAST = (
    *("Ahornblatt", "Birkenweg", "Dachsbau", "Eulenspiegel", "Fuchsloch", "Gartenzaun", "Himmelblau"),
    *("Igelhaus", "Jägerzaun", "Kieselstein", "Lindenbaum", "Mondschein", "Nussbaumer", "Ohneland"),
    *(
        "Pfefferkorn",
        "Quellental",
        "Regenbogen",
        "Sonnenblum",
        "Tannenzapf",
        "Uferweg",
        "Wolkenbruch",
        "Zaunkönig",
    ),
)
SERVICES = (
    (
        "beratung",
        {"de": "Beratung zu Arbeit und Ausbildung", "en": "Advice about work and training"},
        {"de": "Wir schauen gemeinsam, wie es weitergeht.", "en": "We look together at what comes next."},
        45,
        15,
    ),
    (
        "kurze-frage",
        {"de": "Kurze Frage", "en": "Short question"},
        {"de": "Zwanzig Minuten für eine Frage.", "en": "Twenty minutes for one question."},
        20,
        10,
    ),
    (
        "erstes-gespraech",
        {"de": "Erstes Gespräch", "en": "First talk"},
        {"de": "Wir lernen uns kennen.", "en": "We get to know each other."},
        60,
        15,
    ),
)
INTERPRETERS = (
    ("Frau Beispielenko", ["uk", "ru"]),
    ("Herr Musterani", ["ar", "fa"]),
    ("Frau Gebärdling", ["gsg"]),
)
