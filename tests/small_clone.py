"""A clone in miniature: the real bootstrap, a lock with one small library, no network."""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BASE_PYTHON = getattr(sys, "_base_executable", sys.executable)
CLI = """
import importlib.metadata, json, sys

def main():
    names = {one.name for one in importlib.metadata.distributions()}
    there = sorted(names - {"pip", "setuptools"})
    print(json.dumps({"prefix": sys.prefix, "words": sys.argv[1:], "there": there}))
"""


class SmallClone:
    """A folder with `amphi/__main__.py`, the bootstrap, two locks, and a shelf of wheels."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.shelf = root / "shelf"
        self.shelf.mkdir(parents=True)
        (root / "amphi" / "cli").mkdir(parents=True)
        (root / "amphi" / "locks").mkdir()
        for name in ("__init__.py", "__main__.py", "bootstrap.py"):
            shutil.copy(ROOT / "amphi" / name, root / "amphi" / name)
        (root / "amphi" / "cli" / "__init__.py").write_text(CLI)
        self.lock("run", one="1.0")
        self.lock("dev", one="1.0", two="1.0")

    def lock(self, lock: str, **versions: str) -> None:
        lines = [
            f"{name}=={version} --hash=sha256:{digest(self.wheel(name, version))}\n"
            for name, version in versions.items()
        ]
        (self.root / "amphi" / "locks" / f"{lock}.lock").write_text("".join(lines))

    def wheel(self, name: str, version: str) -> Path:
        """The smallest library there is, made the same way each time."""
        path = self.shelf / f"{name}-{version}-py3-none-any.whl"
        if path.exists():
            return path
        info = f"{name}-{version}.dist-info"
        files = {
            f"{name}.py": f"version = {version!r}\n",
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        record = "".join(f"{file},{checked(text)},{len(text)}\n" for file, text in files.items())
        with zipfile.ZipFile(path, "w") as archive:
            for file, text in (files | {f"{info}/RECORD": record + f"{info}/RECORD,,\n"}).items():
                archive.writestr(zipfile.ZipInfo(file), text)
        return path

    def begin(
        self, *words: str, python: str = BASE_PYTHON, path: str = "/usr/bin:/bin"
    ) -> subprocess.Popen[str]:
        """`python -m amphi WORDS`, as typed in a bare shell without a network."""
        return subprocess.Popen(
            [python, "-m", "amphi", *words],
            cwd=self.root,
            env={
                "HOME": str(self.root / "home"),
                "PATH": path,
                "PIP_NO_INDEX": "1",
                "PIP_FIND_LINKS": str(self.shelf),
                "PIP_CONFIG_FILE": os.devnull,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, **how: str) -> tuple[int, dict[str, Any], str]:
        """Exit status, what the command line printed, what was said on the error output."""
        return heard(self.begin(*words, **how))

    @property
    def stamp(self) -> Path:
        return self.root / ".venv" / "amphi-stamp.json"


def heard(process: subprocess.Popen[str]) -> tuple[int, dict[str, Any], str]:
    out, err = process.communicate(timeout=120)
    return process.returncode, json.loads(out) if out else {}, err


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def checked(text: str) -> str:
    raw = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
    return "sha256=" + raw.rstrip(b"=").decode()
