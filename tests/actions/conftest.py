from tests.actions.ward import ward

__all__ = ["ward"]
