"""The rules of a live amphitheatre (live-rules.md), pure: commands in, events or a Refusal out."""
