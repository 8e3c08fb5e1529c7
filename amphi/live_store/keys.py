"""Every key of the live store and how long it lives: one page.

| key                            | type    | holds                                       | lives             |
|--------------------------------|---------|---------------------------------------------|-------------------|
| `amphi:{offer}:head`           | hash    | term, order, seq, answered, charged (_at)   | OFFER_SECONDS     |
| `amphi:{offer}:feed`           | stream  | notes: commits `seq-0`, the others `seq-k`  | OFFER_SECONDS     |
| `amphi:{offer}:hot`            | hash    | amphi → JSON                                | OFFER_SECONDS     |
| `amphi:{offer}:queue:<amphi>`  | list    | the turn queue: entries, next first         | OFFER_SECONDS     |
| `amphi:{offer}:deadlines`      | zset    | amphi → the instant its turn is over        | OFFER_SECONDS     |
| `amphi:{offer}:inbox`          | stream  | letters, in the order of arrival            | OFFER_SECONDS     |
| `amphi:{offer}:gateways`       | zset    | gateway with listeners → last sign of it    | GATEWAY_SECONDS   |
| `amphi:{offer}:here:<gateway>` | string  | the people connected to it, as JSON         | HERE_SECONDS      |
| `amphi:gateways`               | zset    | gateway → its last beat (Redis TIME)        | GATEWAY_SECONDS   |
| `amphi:ticket:<sha256>`        | string  | whom a WebSocket ticket lets in             | 30 s or 10 min    |
| `amphi:rate:<what>:<sha256>`   | string  | when the allowance is whole again           | until it is whole |
| `amphi:sign_in:<sha256>`       | string  | who is signed in by a token, or `revoked`   | SIGN_IN_SECONDS   |
| `amphi:sign_in_link:<sha256>`  | string  | the operator whom a one-use link signs in   | 12 h              |

OFFER_SECONDS count from the last write of the offer's conductor, which beats each second: they
only clear away what finished campaigns left. The keys of an offer share the hash tag `{offer}`,
so that one script may touch them all in a Redis Cluster too.
"""

import hashlib

from amphi.rules.ids import AmphiId, OfferId

OFFER_SECONDS = 30 * 24 * 3600
GATEWAY_SECONDS = 3  # three missed beats: a gateway that no longer lives (architecture.md)
HERE_SECONDS = 5
WEB_TICKET_SECONDS = 30  # protocol.md §1
COMMAND_LINE_TICKET_SECONDS = 600  # protocol.md §1
SIGN_IN_SECONDS = 60
SIGN_IN_LINK_SECONDS = 12 * 3600  # the day of a demonstration

FEED_LENGTH = 5_000  # notes kept, approximately; whoever is further behind reads the journal

GATEWAYS = "amphi:gateways"


def head(offer: OfferId) -> str:
    """How far the store is: the conductor's term and write, the newest seq, answers, charges."""
    return f"amphi:{{{offer}}}:head"


def feed(offer: OfferId) -> str:
    """The conductor's notes to gateways and HTTP programs."""
    return f"amphi:{{{offer}}}:feed"


def hot(offer: OfferId) -> str:
    """What lobby pages read of each amphi."""
    return f"amphi:{{{offer}}}:hot"


def queue(offer: OfferId, amphi: AmphiId) -> str:
    """Who will be called in an amphi, in order."""
    return f"amphi:{{{offer}}}:queue:{amphi}"


def deadlines(offer: OfferId) -> str:
    """When each running turn is over, grace included; other conductors watch it."""
    return f"amphi:{{{offer}}}:deadlines"


def inbox(offer: OfferId) -> str:
    """Letters to the conductor."""
    return f"amphi:{{{offer}}}:inbox"


def listening(offer: OfferId) -> str:
    """The gateways with listeners of the offer."""
    return f"amphi:{{{offer}}}:gateways"


def here(offer: OfferId, gateway: str) -> str:
    """Who is connected to a gateway."""
    return f"amphi:{{{offer}}}:here:{gateway}"


def ticket(token: str) -> str:
    """A WebSocket ticket; the token itself is stored nowhere."""
    return f"amphi:ticket:{fingerprint(token)}"


def rate(what: str, subject: str) -> str:
    """`subject` (an address, an account) is hashed: a dump of Redis names nobody."""
    return f"amphi:rate:{what}:{fingerprint(subject)}"


def sign_in(token_hash: str) -> str:
    """A cached sign-in, by the hash of its token."""
    return f"amphi:sign_in:{token_hash}"


def sign_in_link(token: str) -> str:
    """A one-use sign-in link; the token itself is stored nowhere."""
    return f"amphi:sign_in_link:{fingerprint(token)}"


def fingerprint(secret: str) -> str:
    """SHA-256 in hex: what stands in Redis instead of a secret or a name."""
    return hashlib.sha256(secret.encode()).hexdigest()
