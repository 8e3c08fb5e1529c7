"""The mail that tells an intern that a contest was answered, in the transaction of the answer."""

from sqlalchemy import bindparam, case, func, insert, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.announcing import NO_ADDRESS
from amphi.records.jobs import SEND_MAILS, enqueue
from amphi.records.mail_kinds import MailKind
from amphi.records.ranking_runs import RunRow
from amphi.records.tables.mails import mails
from amphi.records.tables.people import persons
from amphi.rules.ranking.run_contests import Contest, ContestState

_COLUMNS = ["message_id", "kind", "person", "address", "facts", "state", "last_error"]


async def tell_answer(connection: AsyncConnection, run: RunRow, contest: Contest) -> None:
    """Neither the contest nor the answer is in it: they may speak of what a mailbox should not keep."""
    facts = {
        "perimeter": run.perimeter_name,
        "semester": run.semester,
        "accepted": contest.state is ContestState.ACCEPTED,
    }
    kind = MailKind.CONTEST_ANSWERED
    values = {"mail_id": f"contest.{contest.id}.{kind}", "of_kind": kind, "told": facts}
    await connection.execute(_MAIL, values | {"whose": contest.person})
    await enqueue(connection, SEND_MAILS, {"contest": contest.id})


_ADDRESS = func.coalesce(persons.c.email, "")
_NAME = func.jsonb_build_object(
    *("first_name", persons.c.first_name, "last_name", persons.c.last_name)
)
_FACTS = bindparam("told", type_=JSONB).concat(func.jsonb_build_object("intern", _NAME))
_MAIL = insert(mails).from_select(
    _COLUMNS,
    select(
        bindparam("mail_id", type_=mails.c.message_id.type),
        bindparam("of_kind", type_=mails.c.kind.type),
        persons.c.id,
        _ADDRESS,
        _FACTS,
        case((_ADDRESS == "", "failed"), else_="queued"),
        case((_ADDRESS == "", NO_ADDRESS), else_=""),
    ).where(persons.c.id == bindparam("whose")),
)
