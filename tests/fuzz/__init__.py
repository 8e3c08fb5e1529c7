"""Bad input on both wires. How long to go on, and from where, comes from the environment."""

SEED, ROUNDS = "AMPHI_FUZZ_SEED", "AMPHI_FUZZ_ROUNDS"
