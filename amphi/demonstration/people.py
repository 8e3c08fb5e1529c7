"""Fictional people: first names and family names of our own lists, paired by chance."""

import unicodedata
from random import Random
from typing import NamedTuple

_FIRST_NAMES = (
    "Adèle Agathe Aïcha Alban Alice Amandine Amine Anatole Anaïs Antoine Apolline Armand Aurore "
    "Baptiste Basile Bérénice Camille Capucine Céleste Chiara Clément Clotilde Côme Cyprien Daphné "
    "Diane Édouard Élise Éloi Émile Esther Eugénie Fanny Farid Félix Flora Gabin Gaspard Hélène "
    "Hugo Inès Irène Jeanne Joachim Jules Karim Léonie Lina Louise Lucien Malik Marius Mathilde "
    "Nadia Naïm Noé Octave Ophélie Paul Pénélope Rachid Rosalie Samuel Sarah Simon Solène Suzanne "
    "Thaïs Théo Ulysse Valentine Victor Yasmine Yvan Zélie"
)

_LAST_NAMES = (
    "ABGRALL ALLARD AMRANI ARNOUX AUBRY BARDIN BASTIDE BEKKAR BELLEC BENOIST BERTIN BLANCHET "
    "BOISSEAU BONNAFOUS BOUVIER BRETON CADIOU CARLIER CASTEL CAZENAVE CHABERT CHEVRIER COLIN "
    "CORDIER COURTOIS DAUMAS DELMAS DESCHAMPS DIALLO DJEBBAR DOUCET DUCLOS DUMAINE ESCOFFIER "
    "FABRE FERRAND FOUCHER GAILLARD GARNIER GAUDIN GIRAUD GOURDON GRANGER GUILBERT HADDAD HAMON "
    "HERVIEU HUET JACQUIN JOUBERT KERVELLA LACROIX LAFARGUE LAURENCEAU LEBRETON LECLAIR LEDOUX "
    "LEJEUNE LOISEL MAHIEU MARCHAND MARTEAU MAURIN MERCADIER MESNARD MEZIANE MONNIER MOREL "
    "NAVARRO NGUYEN NIVELLE OLLIVIER PASQUIER PERRAULT PICHON PLANTIER POMMIER PRADEL QUENTIN "
    "RABHI RAYNAUD RENARD RIBEIRO RIVIERE ROUSSET SABATIER SALMON SAUVAGE SERRES SOLER TANGUY "
    "TARDIEU TESSIER THIBAULT TISSOT TOURNIER TRAORE VASSEUR VERDIER VIDALIN VILLARET WEBER"
)

FIRST_NAMES = _FIRST_NAMES.split()
LAST_NAMES = _LAST_NAMES.split()


class Person(NamedTuple):
    first_name: str
    last_name: str

    @property
    def email(self) -> str:
        """In a domain that exists nowhere (RFC 2606)."""
        return f"{_plain(self.first_name)}.{_plain(self.last_name)}@internes.example"


def people(count: int, seed: int) -> list[Person]:
    """That many different people, the same for the same seed."""
    everybody = [Person(first, last) for first in FIRST_NAMES for last in LAST_NAMES]
    return Random(seed).sample(everybody, count)


def _plain(name: str) -> str:
    """Lower case without accents, as addresses are written."""
    decomposed = unicodedata.normalize("NFD", name)
    return "".join(each for each in decomposed if not unicodedata.combining(each)).lower()
