"""Who may import whom: the contracts of pyproject.toml, checked with the tests."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.application.use_cases import create_report, read_user_options
from importlinter.application.user_options import UserOptions
from importlinter.configuration import configure
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.layers import LayersContract
from importlinter.contracts.protected import ProtectedContract
from importlinter.domain.contract import registry

ROOT = Path(__file__).resolve().parents[2]
OURS = ("amphi", "admin_api", "workers")
# Names a contract may give although nobody has made them, or imports them, yet.
LISTS = ("allowed_importers", "protected_modules", "source_modules", "forbidden_modules")
WITHOUT_THE_ENGINE = ("amphi.rules.choosing", "amphi.live", "amphi.gateway")


def exists(name: str) -> bool:
    if name.split(".", maxsplit=1)[0] not in (*OURS, "loadtests"):
        return is_imported(name)
    place = ROOT.joinpath(*name.split("."))
    return place.is_dir() or place.with_suffix(".py").is_file()


def is_imported(library: str) -> bool:
    return any(name.partition(".")[0] == library for path in sources() for name, _ in imports(path))


def sources(*packages: str) -> list[Path]:
    return [path for name in packages or OURS for path in sorted((ROOT / name).rglob("*.py"))]


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that the file imports, wherever in it, with the line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


@pytest.fixture(scope="module")
def options() -> UserOptions:
    """The contracts, less the names that do not exist yet."""
    configure()
    for kind in (ForbiddenContract, LayersContract, ProtectedContract):
        registry.register(kind, kind.type_name)
    found = read_user_options(str(ROOT / "pyproject.toml"))
    for contract in found.contracts_options:
        for key in LISTS:
            if key in contract:
                contract[key] = [name for name in contract[key] if exists(name)]
    found.contracts_options = [
        contract
        for contract in found.contracts_options
        if all(contract[key] for key in LISTS if key in contract and key != "allowed_importers")
    ]
    return found


def test_every_import_contract_is_kept(
    options: UserOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.syspath_prepend(str(ROOT))
    report = create_report(options, cache_dir=None)
    assert not report.could_not_run, report.invalid_contract_options
    broken = {
        contract.name: check.metadata
        for contract, check in report.get_contracts_and_checks()
        if not check.kept
    }
    assert broken == {}
    assert report.kept_count >= 3


def test_the_linter_sees_a_broken_contract(
    options: UserOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An ablation: with the layers upside down the check must fail."""
    monkeypatch.chdir(ROOT)
    monkeypatch.syspath_prepend(str(ROOT))
    upside_down = [dict(one) for one in options.contracts_options if one["type"] == "layers"][:1]
    upside_down[0]["layers"] = list(reversed(upside_down[0]["layers"]))
    report = create_report(
        UserOptions(session_options=options.session_options, contracts_options=upside_down),
        cache_dir=None,
    )
    assert report.broken_count == 1


def test_the_rules_import_values_of_the_standard_library_and_msgspec_only() -> None:
    values = {
        *("abc", "base64", "bisect", "collections", "copy", "dataclasses", "datetime", "decimal"),
        *("difflib", "enum", "fractions", "functools", "graphlib", "hashlib", "heapq", "itertools"),
        *("json", "keyword", "math", "operator", "re", "statistics", "string", "textwrap", "types"),
        *("typing", "unicodedata", "uuid", "zoneinfo", "calendar", "contextlib", "urllib"),
    }
    strangers = {
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in sources("amphi/rules")
        for name, line in imports(path)
        if name.split(".")[0] not in values | {"msgspec", "amphi"}
    }
    assert strangers == set()


def test_the_bootstrap_imports_the_standard_library_only() -> None:
    strangers = {
        name
        for file in ("bootstrap.py", "__init__.py")
        for name, _ in imports(ROOT / "amphi" / file)
        if name.split(".")[0] not in sys.stdlib_module_names
    }
    assert strangers == set()


def independent_tests() -> list[Path]:
    """The naive model, the checker of histories (as its tests, and `loadtests`, use it), the wire client.

    A test may bring such a check and the engine together; the check itself may not.
    """
    return [
        path
        for path in sources("tests")
        if not path.name.startswith("test_")
        and (
            "naive" in path.stem
            or "checker" in path.stem
            or path.parent.name in {"wire", "naive", "histories"}
        )
    ] + sources("loadtests/history")


@pytest.mark.parametrize("path", independent_tests(), ids=lambda path: str(path.relative_to(ROOT)))
def test_an_independent_check_shares_nothing_with_the_engine(path: Path) -> None:
    shared = [
        f"line {line}: {name}"
        for name, line in imports(path)
        if any(name == part or name.startswith(f"{part}.") for part in WITHOUT_THE_ENGINE)
    ]
    assert shared == []
