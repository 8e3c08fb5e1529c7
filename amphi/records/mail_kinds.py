"""What mails say; the French text of each is the worker's."""

from enum import StrEnum


class MailKind(StrEnum):
    """Every mail's facts hold `intern` {first_name, last_name}; the others are named here.

    ASSIGNMENT, ASSIGNMENT_TO_HOLDER: `post` (its sheet), amphi, seq, receipt, at, by, choice_status.
    RECTIFICATION: the same without by and choice_status, with former_post, taken_back: then `post` is
    the former one's sheet, else the new one's.
    STATUS_DECIDED: accepted, choice_status.
    PROXY_SENT (to the grantor), PROXY_OFFERED (to the holder): proxy, holder_email.
    PROXY_CANCELLED (to the holder): proxy.
    CONTEST_ANSWERED: perimeter (its name), semester, accepted.
    """

    ASSIGNMENT = "assignment"
    ASSIGNMENT_TO_HOLDER = "assignment_to_holder"
    RECTIFICATION = "rectification"
    STATUS_DECIDED = "status_decided"
    PROXY_SENT = "proxy_sent"
    PROXY_OFFERED = "proxy_offered"
    PROXY_CANCELLED = "proxy_cancelled"
    CONTEST_ANSWERED = "contest_answered"
