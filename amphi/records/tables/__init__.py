"""Every table on one MetaData: importing this package declares them all.

The schema is the sum of the migrations; a test compares it with what is declared here.
"""

from amphi.records.tables import (
    amphis,
    audit,
    campaigns,
    imports,
    interns,
    journal,
    mails,
    outcomes,
    people,
    proxies,
    rankings,
    work,
)
from amphi.records.tables.schema import METADATA

__all__ = [
    "METADATA",
    "amphis",
    "audit",
    "campaigns",
    "imports",
    "interns",
    "journal",
    "mails",
    "outcomes",
    "people",
    "proxies",
    "rankings",
    "work",
]
