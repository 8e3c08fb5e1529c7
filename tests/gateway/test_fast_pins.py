"""The fast path overrides uvicorn: another version must be looked at before it is used."""

import inspect
from importlib.metadata import version
from pathlib import Path

import uvicorn
import websockets.version
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

import amphi

LOCK = Path(amphi.__file__).parent / "locks" / "run.lock"
LOOKED_AT = {"uvicorn": "0.54.0", "websockets": "17.4"}


def test_the_versions_are_those_the_fast_path_was_written_for() -> None:
    assert (uvicorn.__version__, websockets.version.version) == tuple(LOOKED_AT.values())
    for name, wanted in LOOKED_AT.items():
        assert version(name) == wanted
        assert f"{name}=={wanted} " in LOCK.read_text()


def test_uvicorn_hands_over_as_the_fast_path_expects() -> None:
    upgrade = inspect.getsource(HttpToolsProtocol.handle_websocket_upgrade)
    assert "self.connections.discard(self)" in upgrade
    assert "self.transport.set_protocol(protocol)" in upgrade
    received = inspect.getsource(HttpToolsProtocol.data_received)
    assert received.rstrip().endswith("self._unsupported_upgrade_warning()")
    assert "self.parser = None" in inspect.getsource(HttpToolsProtocol.connection_lost)
