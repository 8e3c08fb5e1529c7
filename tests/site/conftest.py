from tests.http.rooms import house, lively, theatre

__all__ = ["house", "lively", "theatre"]
