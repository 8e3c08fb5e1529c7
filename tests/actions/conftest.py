from tests.actions.ward import ward
from tests.http.rooms import theatre

__all__ = ["theatre", "ward"]
