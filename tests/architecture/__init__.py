"""The architecture is a test."""
