"""Writes the lock files, or tells which ones are out of step.

    python scripts/lock.py          resolve anew (needs the network and uv)
    python scripts/lock.py --check  compare with pyproject.toml and package.json (needs neither)

Lock files carry hashes and no download addresses, so that any mirror serves them
(docs/adr). Each begins with a digest of the requirements that it was resolved from.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "requirements"
STAMP = "# Resolved from requirements with the digest "
ADDRESS = re.compile(r"https?://|file:|--(?:extra-)?index|--find-links|/(?:home|opt|root|tmp)/")

# Each lock keeps the versions of the one before it, so that what is tested is what is shipped.
LOCKS: dict[str, dict[str, Any]] = {
    "base": {"project": True, "groups": [], "like": None},
    "demo": {"project": True, "groups": ["demo"], "like": "base"},
    "dev": {"project": True, "groups": ["dev"], "like": "demo"},
    "node": {"project": False, "groups": ["node"], "like": None},
    "uv": {"project": False, "groups": ["uv"], "like": None},
}


def digest(name: str) -> str:
    """Of everything in pyproject.toml that decides what the named lock holds."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)
    groups = project["dependency-groups"]
    wanted: dict[str, Any] = {"python": project["project"]["requires-python"]}
    pending = list(LOCKS[name]["groups"])
    while pending:
        group = pending.pop()
        wanted[group] = groups[group]
        pending += [item["include-group"] for item in groups[group] if isinstance(item, dict)]
    if LOCKS[name]["project"]:
        wanted["project"] = project["project"]["dependencies"]
    return hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()[:32]


def find_uv() -> str:
    for candidate in (ROOT / ".local" / "uv" / "bin" / "uv", shutil.which("uv")):
        if candidate and Path(candidate).exists():
            return str(candidate)
    sys.exit("uv is missing: run `make setup` first.")


def write(name: str) -> None:
    lock = LOCKS[name]
    target = FOLDER / f"{name}.txt"
    command = [
        find_uv(), "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--upgrade",
        "--no-emit-index-url", "--no-header", "--python-version", "3.12",
    ]  # fmt: skip
    if lock["project"]:
        command.append("pyproject.toml")
    for group in lock["groups"]:
        command += ["--group", group]
    if lock["like"]:
        command += ["--constraints", f"requirements/{lock['like']}.txt"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"requirements/{name}.txt could not be resolved.")
    target.write_text(f"# Written by `make lock`.\n{STAMP}{digest(name)}\n{done.stdout}")
    print(f"requirements/{name}.txt")


def write_npm() -> None:
    npm = shutil.which("npm")
    if not npm:
        sys.exit("npm is missing: package-lock.json was not written.")
    subprocess.run(
        [npm, "install", "--package-lock-only", "--ignore-scripts"], cwd=ROOT, check=True
    )
    print("package-lock.json")


def faults() -> list[str]:
    """One line for each lock file that does not fit what it was made from."""
    found = []
    for name in LOCKS:
        path = FOLDER / f"{name}.txt"
        content = path.read_text() if path.exists() else ""
        if f"{STAMP}{digest(name)}\n" not in content:
            found.append(f"requirements/{name}.txt is out of step with pyproject.toml")
        if ADDRESS.search(content):
            found.append(f"requirements/{name}.txt holds an address or a path of one machine")
    return found + npm_faults()


def npm_faults() -> list[str]:
    path = ROOT / "package-lock.json"
    content = path.read_text() if path.exists() else "{}"
    locked = json.loads(content).get("packages", {}).get("", {})
    wanted = json.loads((ROOT / "package.json").read_text())
    found = []
    if any(locked.get(key) != wanted.get(key) for key in ("dependencies", "devDependencies")):
        found.append("package-lock.json is out of step with package.json")
    if '"resolved"' in content:
        found.append("package-lock.json holds download addresses")
    return found


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        found = faults()
        for fault in found:
            print(f"{fault}: run `make lock`.", file=sys.stderr)
        return 1 if found else 0
    FOLDER.mkdir(exist_ok=True)
    for name in LOCKS:
        write(name)
    write_npm()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
