"""The mornings that can be rehearsed: who comes, when, and what goes wrong, one line each."""

from typing import Literal, NamedTuple

Haste = Literal["calm", "last_second"]


class Scenario(NamedTuple):
    """Shares are weights of Locust users; seconds count from the start of the run.

    `played`: how much of the amphi has chosen before anybody comes. `think_s`: before a choice.
    `cut_every_s`: all sockets are lost together, again and again. `slow`: the share of
    spectators that stop reading. `deploy_s`: when programs are replaced, where they are ours.
    """

    says: str
    interns: int = 6
    spectators: int = 3
    readers: int = 1
    played: float = 0.0
    think_s: tuple[float, float] = (0.2, 1.0)
    haste: Haste = "calm"
    cut_every_s: float | None = None
    slow: float = 0.0
    deploy_s: float | None = None
    at_once: bool = False


SCENARIOS: dict[str, Scenario] = {
    "opening-rush": Scenario(
        "Tout le monde arrive à la même minute, dans un amphi à moitié joué.",
        played=0.5,
        at_once=True,
    ),
    "choosing": Scenario("Une matinée ordinaire : les choix se suivent, une pause, une annonce."),
    "stampede": Scenario(
        "Chacun choisit à la dernière seconde, et d'autres essaient avec lui.", haste="last_second"
    ),
    "mass-reconnect": Scenario(
        "Le réseau d'un hôpital tombe : toutes les connexions d'un coup, puis toutes reviennent.",
        cut_every_s=5.0,
    ),
    "slow-readers": Scenario(
        "La moitié des écrans de la salle ne lit plus ; les autres n'attendent pas.", slow=0.5
    ),
    "reading-crowd": Scenario(
        "Le public lit les listes et l'offre pendant que l'on choisit.",
        interns=2,
        spectators=1,
        readers=7,
    ),
    # Nobody reads by HTTP: with one gateway and no reverse proxy whoever comes meanwhile finds nobody.
    "deploy": Scenario("Les programmes sont remplacés pendant un tour.", readers=0, deploy_s=6.0),
}
