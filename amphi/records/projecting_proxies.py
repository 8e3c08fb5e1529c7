# ruff: noqa: D103 - a projection is named after its event, which is documented
"""Proxy grants (DCI §6): the holder's address comes beside the event, never in it."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Executable, ScalarSelect, insert, select, update

from amphi.live.ports import Violated
from amphi.records.announcing import to_the_holder, to_the_intern
from amphi.records.fact import Fact, Step
from amphi.records.mail_kinds import MailKind
from amphi.records.tables.campaigns import offers
from amphi.records.tables.proxies import proxies
from amphi.rules.choosing import events as e
from amphi.rules.ids import OfferId

HOLDER = ("holder_email", "holder_phone", "holder_first_name", "holder_last_name")


def granted(fact: Fact, event: e.ProxyGranted) -> Iterable[Executable | Step]:
    """Raises Violated when the command brought no address."""
    holder = {key: str(fact.private[key]) for key in HOLDER if fact.private.get(key)}
    if "holder_email" not in holder:
        raise Violated("bad_command", {"missing": "holder_email"})
    yield insert(proxies).values(
        id=event.proxy,
        campaign=_campaign(fact.offer),
        entry=event.entry,
        created_at=fact.moment,
        **holder,
    )
    facts: dict[str, Any] = {"proxy": event.proxy, "holder_email": holder["holder_email"]}
    yield to_the_intern(fact, MailKind.PROXY_SENT, event.entry, facts)
    yield to_the_holder(fact, MailKind.PROXY_OFFERED, event.entry, facts)


def accepted(_: Fact, event: e.ProxyAccepted) -> Iterable[Executable | Step]:
    yield _proxy(event.proxy, state="accepted", holder=event.holder)


def cancelled(fact: Fact, event: e.ProxyCancelled) -> Iterable[Executable | Step]:
    """The holder is told before the grant ends: afterwards nobody is the holder any more."""
    yield to_the_holder(fact, MailKind.PROXY_CANCELLED, event.entry, {"proxy": event.proxy})
    yield _proxy(event.proxy, state="cancelled", ended_at=fact.moment)


def _proxy(proxy: str, **values: Any) -> Executable:
    return update(proxies).where(proxies.c.id == proxy).values(**values)


def _campaign(offer: OfferId) -> ScalarSelect[Any]:
    return select(offers.c.campaign).where(offers.c.id == offer).scalar_subquery()
