"""The proxy's file names the ports, files and sentences of the others."""

import re
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from admin_api.pages.ranking_imports import LARGER
from amphi.http.problems import problem
from amphi.rules.refusals import Refusal
from tests.deploy.compose import ROOT, option, services

TEXT = re.sub(r"\s#.*", "", (ROOT / "deploy" / "nginx" / "nginx.conf").read_text(encoding="utf-8"))
SERVERS = TEXT.split("\n    server {")[1:]


def test_the_programs_listen_where_the_proxy_sends() -> None:
    upstreams = dict(re.findall(r"server ([\w-]+):(\d+)", TEXT))
    assert upstreams == {name: option(name, "--port") for name in ("serve-1", "serve-2", "admin")}
    for name, port in upstreams.items():
        assert option(name, "--host") == "0.0.0.0"
        assert f"127.0.0.1:{port}/healthz" in str(services()[name]["healthcheck"])
        assert set(services()[name]["networks"]) & set(services()["proxy"]["networks"])
        assert name in services()["proxy"]["depends_on"]


def test_every_upstream_is_found_again_when_its_container_is_made_anew() -> None:
    assert re.findall(r"server [\w-]+:\d+(?! resolve)\b", TEXT) == []
    assert "resolver 127.0.0.11" in TEXT


def test_the_published_ports_are_those_the_proxy_listens_on() -> None:
    listened = re.findall(r"listen (\d+)", TEXT)
    assert [port.rpartition(":")[2] for port in services()["proxy"]["ports"]] == listened
    assert all(int(port) > 1024 for port in listened), "no capability is needed"


def test_all_that_carries_people_is_encrypted() -> None:
    plain = [server for server in SERVERS if not re.search(r"listen \d+ ssl", server)]
    assert len(plain) == 1
    assert "proxy_pass" not in plain[0]


def test_metrics_stay_inside_and_bodies_have_a_limit() -> None:
    for server in SERVERS[1:]:
        assert re.search(r"location \^~ /metrics \{\s+return 404;", server)
        assert re.search(r"client_max_body_size \d+m;", server)


def test_sockets_are_upgraded_and_may_be_silent_for_long() -> None:
    (socket,) = re.findall(r"location /ws/ \{(.*?)\}", TEXT, re.DOTALL)
    assert "proxy_read_timeout 1h;" in socket
    assert "proxy_buffering off;" in socket
    assert "proxy_set_header" not in socket, "one here would drop all those above"
    assert "proxy_set_header Upgrade $http_upgrade;" in TEXT


def test_what_a_client_says_of_its_own_address_does_not_pass() -> None:
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in TEXT
    assert "$proxy_add_x_forwarded_for" not in TEXT


def test_the_log_tells_neither_addresses_nor_queries() -> None:
    (logged,) = re.findall(r"log_format \w+ '(.*?)';", TEXT)
    assert set(re.findall(r"\$(\w+)", logged)) == {
        "time_iso8601", "request_method", "uri", "status", "request_time", "upstream_addr",
    }  # fmt: skip
    assert re.findall(r"access_log (?!off)\S+ (\w+);", TEXT) == ["sober"]
    assert "error_log stderr crit;" in TEXT


def test_what_the_proxy_refuses_itself_is_said_as_the_programs_say_it() -> None:
    for server in SERVERS[1:]:
        (mebibytes,) = re.findall(r"client_max_body_size (\d+)m;", server)
        for code, facts in (("unavailable", {}), ("too_large", {"limit": int(mebibytes) * 1024})):
            said = problem(Refusal(code, facts))
            assert f"return {said.status} '{msgspec.json.encode(said).decode()}';" in server


def test_the_proxy_lets_through_as_large_a_file_as_the_console_takes() -> None:
    (mebibytes,) = re.findall(r"client_max_body_size (\d+)m;", SERVERS[-1])
    assert set(LARGER.values()) == {int(mebibytes) * 1024 * 1024}


def test_it_can_write_where_it_must() -> None:
    places = re.findall(r"(?:_temp_path|pid) (\S+);", TEXT)
    assert len(places) == 6
    assert all(place.startswith("/tmp/") for place in places)
    assert services()["proxy"]["tmpfs"] == ["/tmp:uid=101,gid=101,mode=0700"]


@pytest.mark.skipif(not shutil.which("nginx"), reason="needs nginx on PATH, 1.28 or newer")
def test_nginx_accepts_it(tmp_path: Path) -> None:
    line = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
    keys = ["-keyout", str(tmp_path / "tls_key"), "-out", str(tmp_path / "tls_certificate")]
    subprocess.run([*line, *keys], check=True, capture_output=True)
    (tmp_path / "nginx.conf").write_text(TEXT.replace("/run/secrets", str(tmp_path)))
    test = ["nginx", "-t", "-c", str(tmp_path / "nginx.conf")]
    done = subprocess.run(test, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
