"""The checker of histories: does the journal explain what every client sent and received?

Imports the standard library only, so that it can share no fault with what it judges; the tests of
faults and the load tests' oracle both ask it.

    record.py      every frame with its instant, as JSON lines
    operations.py  what was asked, by whom, from when to when, and what was answered
    journal.py     the lines of the journal and where its commits end
    model.py       a naive fold of the journal; verdicts.py: who may choose what, from the manual
    witness.py     the journal as a witness: a linear order that explains the record
    sightings.py   what each page was shown, compared with the fold
    search.py      without a witness, on short histories: is there any such order at all?
"""
