"""Real establishments of Île-de-France with their FINESS numbers: public facts.

`weight`: how many posts one opens compared with the others (about its interns divided by 30).
"""

from typing import NamedTuple


class Establishment(NamedTuple):
    """`department`: the two digits of the administrative department."""

    finess: str
    name: str
    department: str
    weight: int


UNIVERSITY_HOSPITALS = (
    Establishment("750100125", "PITIE-SALPETRIERE (AP-HP)", "75", 16),
    Establishment("940100027", "HENRI MONDOR (AP-HP)", "94", 11),
    Establishment("750100166", "COCHIN (AP-HP)", "75", 10),
    Establishment("750100208", "NECKER - ENFANTS MALADES (AP-HP)", "75", 10),
    Establishment("750803447", "EUROPEEN GEORGES POMPIDOU (AP-HP)", "75", 9),
    Establishment("940100043", "BICETRE (AP-HP)", "94", 9),
    Establishment("750100232", "BICHAT - CLAUDE BERNARD (AP-HP)", "75", 8),
    Establishment("750100042", "LARIBOISIERE (AP-HP)", "75", 7),
    Establishment("750100075", "SAINT-LOUIS (AP-HP)", "75", 6),
    Establishment("750803454", "ROBERT DEBRE (AP-HP)", "75", 6),
    Establishment("750100091", "SAINT-ANTOINE (AP-HP)", "75", 6),
    Establishment("750100109", "ARMAND TROUSSEAU (AP-HP)", "75", 5),
    Establishment("750100273", "TENON (AP-HP)", "75", 5),
    Establishment("930100037", "AVICENNE (AP-HP)", "93", 5),
    Establishment("920100013", "AMBROISE PARE (AP-HP)", "92", 4),
    Establishment("920100039", "BEAUJON (AP-HP)", "92", 4),
    Establishment("920100021", "ANTOINE BECLERE (AP-HP)", "92", 4),
    Establishment("920100047", "LOUIS MOURIER (AP-HP)", "92", 4),
    Establishment("940100068", "PAUL BROUSSE (AP-HP)", "94", 2),
    Establishment("920100054", "RAYMOND POINCARE (AP-HP)", "92", 2),
)

GENERAL_HOSPITALS = (
    Establishment("910020254", "CH SUD FRANCILIEN", "91", 6),
    Establishment("780800256", "CH DE VERSAILLES - ANDRE MIGNOT", "78", 5),
    Establishment("940000573", "CHI DE CRETEIL", "94", 5),
    Establishment("930000336", "CHI ROBERT BALLANGER", "93", 5),
    Establishment("780000311", "CHI DE POISSY - SAINT-GERMAIN", "78", 5),
    Establishment("930000328", "CH DE SAINT-DENIS - DELAFONTAINE", "93", 5),
    Establishment("950000331", "CH DE GONESSE", "95", 4),
    Establishment("950000364", "CH NOVO - RENE DUBOS", "95", 4),
    Establishment("950000307", "CH D'ARGENTEUIL - VICTOR DUPOUY", "95", 4),
    Establishment("950000323", "HOPITAL SIMONE VEIL - EAUBONNE", "95", 4),
    Establishment("940000599", "CHI DE VILLENEUVE-SAINT-GEORGES", "94", 4),
    Establishment("930000302", "CHI ANDRE GREGOIRE", "93", 3),
    Establishment("770019032", "GHEF - MARNE-LA-VALLEE", "77", 3),
    Establishment("770000156", "CH DE MELUN - SANTEPOLE", "77", 3),
    Establishment("770000446", "GHEF - MEAUX", "77", 3),
    Establishment("780000287", "CH FRANCOIS QUESNAY - MANTES", "78", 2),
    Establishment("770000149", "CH SUD SEINE-ET-MARNE - FONTAINEBLEAU", "77", 1),
)

OTHER_HOSPITALS = (
    Establishment("750000523", "HOPITAL PARIS SAINT-JOSEPH", "75", 7),
    Establishment("940000664", "INSTITUT GUSTAVE ROUSSY", "94", 5),
    Establishment("750000549", "FONDATION ADOLPHE DE ROTHSCHILD", "75", 4),
    Establishment("750160012", "INSTITUT CURIE", "75", 2),
    Establishment("920000684", "HOPITAL MARIE LANNELONGUE", "92", 2),
    Establishment("920000650", "HOPITAL FOCH", "92", 2),
)

ESTABLISHMENTS = UNIVERSITY_HOSPITALS + GENERAL_HOSPITALS + OTHER_HOSPITALS
