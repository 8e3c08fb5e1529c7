"""An amphitheatre as the manual shows one: posts of real-looking services, interns with names."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import cycle, islice
from typing import NamedTuple

from sqlalchemy import update

from amphi.records import campaigns, people
from amphi.records.tables.amphis import call_list_entries
from amphi.rules.choosing.facts import ChoiceStatus, SessionFacts
from amphi.rules.choosing.policy import AmphiPolicy
from amphi.rules.ids import DesCode, PostNumber
from tests.live.amphitheatre import ORDINARY, Amphitheatre

FIRST = ("Ana", "Bilal", "Chloé", "Driss", "Élise", "Farid", "Gaëlle", "Hugo", "Inès", "Jules")
LAST = ("ADAM", "BENOÎT", "CARON", "DUMAS", "ESCOFFIER", "FAURE", "GIRARD", "HAMON", "IMBERT")
EARMARKS = ("Contrôle", "Chimiothérapies", "", "Nutrition parentérale", "Essais cliniques", "")
DES, OTHER_DES = DesCode("P117"), DesCode("P118")


class Ward(NamedTuple):
    """A service with its hospital."""

    establishment: str
    department: str
    service: str
    supervisor: str


WARDS = (
    Ward("BEAUJON (AP-HP)", "92", "PHARMACIE", "PONS-KERJEAN NATHALIE"),
    Ward("CHI DE CRETEIL", "94", "PHARMACIE - STÉRILISATION", "POULLAIN STÉPHANIE"),
    Ward("NECKER ENFANTS MALADES (AP-HP)", "75", "Pharmacie clinique", "CISTERNINO SALVATORE"),
    Ward("PITIÉ-SALPÊTRIÈRE (AP-HP)", "75", "Pharmacie", "TILLEUL PATRICK"),
    Ward("INSTITUT GUSTAVE ROUSSY", "94", "Pharmacie clinique", "RIEUTORD ANDRÉ"),
    Ward("CH DE MELUN", "77", "Pharmacie à usage intérieur", "LEMOINE ODILE"),
)
PER_WARD = 3


class Hospital(Amphitheatre):
    """Posts 21870, 21871, …: three of each service; every seventh is reserved for another DES.

    Ranks are cut into two sessions. `more_posts`: beside one for each intern.
    """

    more_posts = 4
    campaign = ""

    async def found(self, interns: int, policy: AmphiPolicy) -> None:
        async with self.database.transaction() as connection:
            self.campaign = campaign = await campaigns.insert_campaign(
                connection, "Novembre 2026", "2026-11", "Île-de-France", trial=True
            )
            self.offer = await campaigns.insert_offer(connection, campaign)
            posts = [a_post(n) for n in range(interns + self.more_posts)]
            await campaigns.insert_posts(connection, self.offer, posts)
            new = campaigns.NewAmphi(
                code="P01", group="PHARMACIE", regime="ADVANCED", position=1, policy=policy
            )
            self.amphi = await campaigns.insert_amphi(connection, self.offer, new)
            self.persons = await people.insert_persons(connection, campaign, _people(interns))
            entries = [
                campaigns.NewEntry(person=person, call_rank=rank, des=DES)
                for rank, person in enumerate(self.persons, start=1)
            ]
            self.entries = await campaigns.insert_entries(connection, self.amphi, entries)
            await campaigns.insert_sessions(connection, self.amphi, _sessions(interns))

    async def surnombre(self, rank: int, status: ChoiceStatus) -> None:
        """What the ARS decided before the amphi is validated."""
        async with self.database.transaction() as connection:
            line = call_list_entries.c.id == self.entries[rank - 1]
            changed = update(call_list_entries).where(line).values(choice_status=status)
            await connection.execute(changed)


def a_post(n: int) -> campaigns.NewPost:
    """The n-th of the offer, from 0."""
    ward = WARDS[n // PER_WARD % len(WARDS)]
    reserved = (OTHER_DES,) if n % 7 == 6 else ()
    return campaigns.NewPost(
        number=PostNumber(str(21870 + n)),
        des=OTHER_DES if reserved else DES,
        imotep=str(11000793 + n // PER_WARD),
        establishment=ward.establishment,
        service=ward.service,
        supervisor=ward.supervisor,
        department=ward.department,
        earmark=EARMARKS[n % len(EARMARKS)],
        reserved_for=reserved,
    )


def _people(interns: int) -> list[people.NewPerson]:
    names = islice(zip(cycle(FIRST), cycle(LAST)), interns)
    return [
        people.NewPerson(
            first_name=first, last_name=last, email=f"i{n}@example.org", external_id=f"i{n}"
        )
        for n, (first, last) in enumerate(names, start=1)
    ]


def _sessions(interns: int) -> list[SessionFacts]:
    half = max(1, interns // 2)
    first = SessionFacts(n=1, from_rank=1, to_rank=half, starts_at=0)
    second = SessionFacts(n=2, from_rank=half + 1, to_rank=interns, starts_at=3_600_000)
    return [first, second] if interns > 1 else [first]


@asynccontextmanager
async def a_hospital(
    database_url: str, redis_url: str, interns: int = 8, policy: AmphiPolicy = ORDINARY
) -> AsyncIterator[Hospital]:
    """Founded, nobody conducting."""
    hospital = Hospital(database_url, redis_url)
    try:
        await hospital.found(interns, policy)
        yield hospital
    finally:
        await hospital.close()
