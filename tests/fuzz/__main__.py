"""`python -m tests.fuzz --rounds 5000 --seed 7`: the fuzzers for as long as one likes."""

import argparse
import os
import sys
from pathlib import Path

from tests.fuzz import ROUNDS, SEED


def main() -> None:
    """Become pytest; what is not understood here goes to it."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--rounds", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    asked, words = parser.parse_known_args()
    folder = str(Path(__file__).parent)
    told = {ROUNDS: str(asked.rounds), SEED: str(asked.seed)}
    command = [sys.executable, "-m", "pytest", folder, "--timeout=0", *words]
    os.execve(sys.executable, command, dict(os.environ) | told)


if __name__ == "__main__":
    main()
