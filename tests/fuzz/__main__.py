"""`python -m tests.fuzz --rounds 5000 --seed 7`: the fuzzers for as long as one likes."""

import argparse
import os
import sys
from pathlib import Path

import pytest

from tests.fuzz.conftest import ROUNDS, SEED


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--rounds", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    asked, words = parser.parse_known_args()
    os.environ |= {ROUNDS: str(asked.rounds), SEED: str(asked.seed)}
    folder = str(Path(__file__).parent)
    return int(pytest.main([folder, "--timeout=0", "-p", "no:cacheprovider", *words]))


if __name__ == "__main__":
    sys.exit(main())
