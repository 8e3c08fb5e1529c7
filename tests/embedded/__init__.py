"""Real servers as children of the test."""
