from tests.admin_api.ranked import ranked
from tests.http.rooms import house, lively, theatre

__all__ = ["house", "lively", "ranked", "theatre"]
