"""The groups that choose in the demonstration: their DES, their services, their share of interns.

DES codes of medicine and pharmacy are those of the national nomenclature (TRE R49, ANS).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Service(NamedTuple):
    """A kind of service; `des`: the diploma its posts are accredited for."""

    name: str
    des: str
    earmarks: tuple[str, ...] = ()


class GroupAmphi(NamedTuple):
    """One amphi of a group; `share`: of a hundred interns of the whole campaign."""

    code: str
    regime: str
    share: int
    policy: Mapping[str, Any]
    opening: tuple[int, int]  # planned day and hour, counted from the first morning


class Group(NamedTuple):
    """`des`: code → weight among the group's interns; `reserved`: hundredths of reserved posts."""

    name: str
    des: Mapping[str, int]
    services: tuple[Service, ...]
    amphis: tuple[GroupAmphi, ...]
    reserved: int


PHARMACY = Group(
    name="PHARMACIE",
    des={"DSP06": 4, "DSP04": 2, "DSP12": 1},
    services=(
        Service("PHARMACIE - Pharmacie clinique", "DSP06", ("Conciliation", "Gériatrie", "")),
        Service("PHARMACIE - Préparations et contrôles", "DSP06", ("Contrôle", "Nutrition")),
        Service("PHARMACIE - Dispositifs médicaux stériles", "DSP06", ("Stérilisation", "")),
        Service("PHARMACIE - Essais cliniques", "DSP06"),
        Service("RADIOPHARMACIE", "DSP12"),
        Service("BIOCHIMIE", "DSP04", ("Toxicologie", "Garde partagée", "")),
        Service("MICROBIOLOGIE - HYGIENE", "DSP04"),
        Service("HEMATOLOGIE BIOLOGIQUE", "DSP04", ("Cytologie", "Hémostase")),
    ),
    amphis=(GroupAmphi("P01", "BASE", 35, {"absent_clock": "FULL"}, (0, 9)),),
    reserved=18,
)

SURGERY = Group(
    name="SPECIALITES CHIRURGICALES",
    des={"DSM13": 4, "DSM54": 4, "DSM68": 2, "DSM36": 2, "DSM35": 2, "DSM29": 1, "DSM12": 1},
    services=(
        Service(
            "CHIRURGIE VISCERALE ET DIGESTIVE", "DSM13", ("Cœlioscopie", "Transplantation", "")
        ),
        Service("CHIRURGIE HEPATO-BILIAIRE", "DSM13"),
        Service("CHIRURGIE ORTHOPEDIQUE ET TRAUMATOLOGIQUE", "DSM54", ("Rachis", "Main", "")),
        Service("UROLOGIE", "DSM68", ("Lithiase", "")),
        Service("ORL ET CHIRURGIE CERVICO-FACIALE", "DSM36", ("Cancérologie", "")),
        Service("OPHTALMOLOGIE", "DSM35", ("Rétine", "Urgences", "")),
        Service("NEUROCHIRURGIE", "DSM29"),
        Service("CHIRURGIE VASCULAIRE", "DSM12"),
    ),
    amphis=(
        GroupAmphi(
            "C01",
            "ADVANCED",
            45,
            {"absent_clock": "GRACE 15", "pause_resumes": "FULL", "late_order": "ARRIVAL"},
            (0, 9),
        ),
    ),
    reserved=25,
)

PUBLIC_HEALTH = Group(
    name="SANTE PUBLIQUE",
    des={"DSM67": 1},
    services=(
        Service("INFORMATION MEDICALE", "DSM67", ("PMSI", "")),
        Service("EPIDEMIOLOGIE ET RECHERCHE CLINIQUE", "DSM67", ("Biostatistique", "")),
        Service("PREVENTION DU RISQUE INFECTIEUX", "DSM67"),
        Service("QUALITE ET GESTION DES RISQUES", "DSM67"),
        Service("COORDINATION DES SOINS ET ACCES AUX DROITS", "DSM67", ("PASS", "")),
    ),
    amphis=(
        GroupAmphi("S01", "OLD", 8, {"absent_clock": "SKIP"}, (1, 9)),
        GroupAmphi("S02", "ADVANCED", 12, {"absent_clock": "SKIP"}, (1, 14)),
    ),
    reserved=0,
)

# Left to an operator: its interns are on file, its amphi has no call list yet.
PSYCHIATRY = Group(
    name="PSYCHIATRIE",
    des={"DSM41": 1},
    services=(
        Service("PSYCHIATRIE DE L'ADULTE", "DSM41", ("Secteur", "Urgences", "")),
        Service("PSYCHIATRIE DE L'ENFANT ET DE L'ADOLESCENT", "DSM41"),
        Service("ADDICTOLOGIE", "DSM41"),
    ),
    amphis=(GroupAmphi("Y01", "ADVANCED", 0, {"absent_clock": "FULL"}, (2, 9)),),
    reserved=0,
)

GROUPS = (PHARMACY, SURGERY, PUBLIC_HEALTH)
OLD_CODES = {"DSM67": "DSM47"}  # the diploma as interns of the old regime have it
