"""The exams by which one becomes an intern, and the rank that CNG sends for each."""

from enum import StrEnum

import msgspec


class Exam(StrEnum):
    NATIONAL = "national"
    EUROPEAN = "european"
    OCCUPATIONAL = "occupational"  # the special exam of occupational medicine
    FOREIGN = "foreign"  # MET and PET

    @property
    def foreign(self) -> bool:
        """ "national, European, occupational-medicine exams before foreign" (ranking.md §4)"""
        return self is Exam.FOREIGN


class RankKind(StrEnum):
    """RC: rank in the own exam; RIN: by marks, over the exams; RI3: by rule of three, over the exams."""

    RC = "rc"
    RIN = "rin"
    RI3 = "ri3"


class NationalRanks(msgspec.Struct, frozen=True, gc=False):
    """What CNG sent, or what was entered by hand for a foreign exam; None: not known."""

    rc: int | None = None
    rin: int | None = None
    ri3: int | None = None

    def of(self, kind: RankKind) -> int | None:
        return {RankKind.RC: self.rc, RankKind.RIN: self.rin, RankKind.RI3: self.ri3}[kind]
