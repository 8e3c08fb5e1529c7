"""`python3 -m amphi …`: the environment first, then the command line.

These lines are read by whatever Python the machine calls `python3`: no syntax newer than 3.0 here.
"""

import os
import sys

TOO_OLD = (
    "Amphi demande Python 3.11 ou plus récent ; celui-ci est Python %d.%d (%s).\n"
    "Installez-en un plus récent (par exemple le paquet python3.12) et lancez : python3.12 -m amphi\n"
)

if sys.version_info < (3, 11):  # noqa: UP036 - an older Python must be able to say so
    told = TOO_OLD % (sys.version_info[0], sys.version_info[1], sys.executable)
    os.write(2, told.encode("utf-8"))  # whatever the locale is
    sys.exit(1)

if __name__ == "__main__":
    from amphi import bootstrap

    bootstrap.enter(sys.argv[1:])

    from amphi.cli import main

    main()
