"""What `make demo` says and leaves behind; the whole of it is walked by the journeys in e2e."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config.demo_server import DemoError, Service, database, read_port, read_secret_key
from config.processes import group_is_alive

ROOT = Path(__file__).resolve().parents[2]
# A service that, as a server with workers does, has a child; this one ignores polite requests.
STUBBORN_CHILD = (
    "import signal, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "print('up', flush=True)\n"
    "time.sleep(120)\n"
)
STUBBORN = (
    "import subprocess, sys, time\n"
    f"subprocess.Popen([sys.executable, '-c', {STUBBORN_CHILD!r}])\n"
    "time.sleep(120)\n"
)
# Starts that service, tells its process group, and waits to be killed.
HOLDER = (
    "import os, time\n"
    "from config.demo_server import Service\n"
    f"service = Service('stubborn', ['-c', {STUBBORN!r}], dict(os.environ), patience=1)\n"
    "print(service.process.pid, flush=True)\n"
    "time.sleep(120)\n"
)


def run_demo(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "config.demo_server"],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_taken_port_is_told_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        done = run_demo(PORT=str(port))

    assert done.returncode == 1
    assert done.stderr == (
        f"Port {port} is taken by another program: stop that one, "
        f"or choose another port, PORT={port + 1} make demo\n"
    )


@pytest.mark.parametrize("given", ["0", "65536", "web", "-1"])
def test_impossible_port_is_refused(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", given)

    with pytest.raises(DemoError, match=f"PORT={given} is not a port"):
        read_port()


def test_data_folder_that_is_a_file_is_told_in_one_line(tmp_path: Path) -> None:
    """As one without permission, which root would not notice."""
    (tmp_path / "file").touch()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    done = run_demo(PORT=str(port), DATA_DIR=str(tmp_path / "file" / "data"))

    assert done.returncode == 1
    assert done.stderr.startswith(f"The data folder {tmp_path}/file/data cannot be written")
    assert done.stderr.count("\n") == 1


def test_secret_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    key = read_secret_key(tmp_path)

    assert len(key) >= 50
    assert read_secret_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_given_database_is_used_and_never_emptied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/else")

    with database(tmp_path, fresh=False) as url:
        assert url == "postgresql://somewhere/else"
    with (
        pytest.raises(DemoError, match="empties only the demo's own"),
        database(tmp_path, fresh=True),
    ):
        pass


def group_has_ended(group: int) -> bool:
    deadline = time.monotonic() + 20
    while group_is_alive(group) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not group_is_alive(group)


@pytest.mark.crash
@pytest.mark.parametrize("politely", [True, False], ids=["stopped", "killed"])
def test_ended_supervisor_leaves_nobody_of_a_service(
    politely: bool,
) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    group = int(holder.stdout.readline())
    assert holder.stdout.readline() == "up\n"

    holder.send_signal(signal.SIGTERM if politely else signal.SIGKILL)
    holder.wait()
    holder.stdout.close()

    assert group_has_ended(group)


@pytest.mark.crash
def test_stopped_service_leaves_nobody_of_its_group(capfd: pytest.CaptureFixture[str]) -> None:
    service = Service("stubborn", ["-c", STUBBORN], dict(os.environ), patience=1)
    while "up" not in capfd.readouterr().out:
        time.sleep(0.05)

    service.ask_to_stop()
    service.stop()

    assert not group_is_alive(service.process.pid)
