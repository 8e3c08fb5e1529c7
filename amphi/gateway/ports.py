"""What the gateway needs of the world. Wiring brings the adapters (records, live_store, site)."""

from collections.abc import AsyncIterator, Collection
from typing import Literal, Protocol

from amphi.live.letters import Letter
from amphi.live.notes import Note
from amphi.rules.choosing.events import Recorded
from amphi.rules.ids import AmphiId, OfferId, PersonId

# --- Redis shows; every method may raise live.ports.StoreUnavailable ---------


class Feed(Protocol):
    """What conductors say."""

    def follow(self, offer: OfferId, after: str) -> AsyncIterator[tuple[str, Note]]:
        """Notes behind `after` with their ids, for ever."""


class Inbox(Protocol):
    """What conductors hear."""

    async def post(self, offer: OfferId, letter: Letter) -> str:
        """Put a letter at the end; returns its id."""


class Gateways(Protocol):
    """Which gateways live, for conductors that have just taken over."""

    async def beat(self, gateway: str) -> None:
        """Each second."""

    async def gone(self, gateway: str) -> None:
        """After an orderly stop."""


class Board(Protocol):
    """Who is here, over all gateways: shown to operators, never used to decide."""

    async def show(self, offer: OfferId, gateway: str, here: Collection[PersonId]) -> None:
        """Replace what this gateway said; forgotten when not repeated for some seconds."""

    async def here(self, offer: OfferId) -> frozenset[PersonId]:
        """Everybody shown by any gateway."""


class Pass(Protocol):
    """Whom a ticket was made for."""

    @property
    def person(self) -> PersonId: ...

    @property
    def role(self) -> Literal["intern", "proxy", "operator"]: ...

    @property
    def amphi(self) -> AmphiId: ...

    @property
    def sign_in(self) -> str | None:
        """The sign-in it was asked with, if any."""


class Tickets(Protocol):
    async def redeem(self, ticket: str) -> Pass | None:
        """Whom it was for, once; None: wrong, used or too old."""


class SignIn(Protocol):
    """Who is signed in."""

    @property
    def person(self) -> PersonId: ...

    @property
    def role(self) -> Literal["intern", "operator"]: ...

    @property
    def sign_in(self) -> str:
        """Which of the person's sign-ins."""


class SignIns(Protocol):
    async def who(self, token: str) -> SignIn | None:
        """Whose cookie holds this token; None: unknown, expired or revoked."""


# --- PostgreSQL decides; every method may raise live.ports.JournalUnavailable -


class Ended(Protocol):
    """Sign-ins that are over, and agents dismissed."""

    @property
    def sign_ins(self) -> Collection[str]: ...

    @property
    def agents(self) -> Collection[PersonId]: ...


class Endings(Protocol):
    async def ended(self, seconds: float) -> Ended:
        """Sign-ins revoked or expired within these last seconds; all agents dismissed."""


class JournalReader(Protocol):
    async def read(self, offer: OfferId, after: int = 0) -> list[Recorded]:
        """All events behind `after`, in order."""


class Directory(Protocol):
    """Where things are."""

    async def offer_of(self, amphi: AmphiId) -> OfferId | None:
        """The offer that the amphi chooses from; None: no such amphi."""

    async def epoch_of(self, offer: OfferId) -> str:
        """The lineage of its journal: changes only when a backup is restored."""


class Holders(Protocol):
    async def emails(self, proxies: Collection[str]) -> dict[str, str]:
        """E-mail of the holder of each grant, pending ones included."""
