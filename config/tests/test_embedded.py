"""The supervisor of the embedded server, with real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from config.embedded import (
    EmbeddedPostgres,
    EmbeddedPostgresError,
    ThrowAwayPostgres,
    is_server_of,
    make_socket_dir,
)
from config.processes import Leash

ROOT = Path(__file__).resolve().parents[2]
PRINT_AND_WAIT = (
    "import os, sys, time; print(os.environ['DATABASE_URL'], flush=True); time.sleep(120)"
)


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once for all tests here: they start and stop a server on it one after the other."""
    return tmp_path_factory.mktemp("embedded") / "База данных" / "postgres"


@pytest.fixture
def supervisor(data_dir: Path) -> Iterator[subprocess.Popen[str]]:
    """`python -m config.embedded exec` around a command that sleeps."""
    supervise = [sys.executable, "-m", "config.embedded", "exec", "--test"]
    process = subprocess.Popen(
        [*supervise, "--data", str(data_dir), "--", sys.executable, "-c", PRINT_AND_WAIT],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def eventually(condition: Callable[[], bool], *, seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def server_pid(data_dir: Path) -> int:
    return int((data_dir / "postmaster.pid").read_text().splitlines()[0])


def test_server_folds_letters_of_every_language(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, test=True) as server, psycopg.connect(server.url) as client:
        row = client.execute("SELECT upper('қазақ ё'), current_database()").fetchone()

    assert row == ("ҚАЗАҚ Ё", "joytop")


def test_server_keeps_data_between_starts(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, test=True) as server, psycopg.connect(server.url) as client:
        client.execute("CREATE TABLE kept AS SELECT 7 AS number")

    with EmbeddedPostgres(data_dir, test=True) as server, psycopg.connect(server.url) as client:
        assert client.execute("SELECT number FROM kept").fetchone() == (7,)
        client.execute("DROP TABLE kept")


def test_fresh_server_forgets_what_was_there(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, test=True) as server, psycopg.connect(server.url) as client:
        client.execute("CREATE TABLE forgotten ()")

    with (
        EmbeddedPostgres(data_dir, test=True, fresh=True) as server,
        psycopg.connect(server.url) as client,
    ):
        assert client.execute("SELECT to_regclass('forgotten')").fetchone() == (None,)


def test_second_supervisor_is_told_who_holds_the_data(data_dir: Path) -> None:
    with (
        EmbeddedPostgres(data_dir, test=True),
        pytest.raises(EmbeddedPostgresError, match=rf"already in use .*process {os.getpid()}\)"),
    ):
        EmbeddedPostgres(data_dir, test=True).start()


def test_data_of_another_version_are_refused(tmp_path: Path) -> None:
    data = tmp_path / "postgres"
    data.mkdir()
    (data / "PG_VERSION").write_text("15\n")
    data.chmod(0o755)

    with pytest.raises(EmbeddedPostgresError, match="written by PostgreSQL 15"):
        EmbeddedPostgres(data, test=True).start()


def test_socket_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    server = ThrowAwayPostgres()
    account = server._account()
    folder = make_socket_dir(server.data_dir, account)
    folder.rmdir()
    folder.symlink_to(tmp_path)

    with pytest.raises(EmbeddedPostgresError, match="belongs to somebody else"):
        make_socket_dir(server.data_dir, account)
    folder.unlink()
    server.stop()


@pytest.mark.crash
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_ended_supervisor_leaves_no_process(
    how: signal.Signals, data_dir: Path, supervisor: subprocess.Popen[str]
) -> None:
    url = first_line(supervisor)
    server = server_pid(data_dir)
    with psycopg.connect(url):  # a client that stays does not keep it alive
        supervisor.send_signal(how)
        supervisor.wait(timeout=30)
        assert eventually(lambda: not is_server_of(server, data_dir))

    assert eventually(lambda: not (data_dir / "postmaster.pid").exists())
    with EmbeddedPostgres(data_dir, test=True) as again:
        psycopg.connect(again.url).close()


@pytest.mark.crash
def test_stray_server_is_stopped_before_a_new_one_starts(data_dir: Path) -> None:
    """As on a system whose kernel does not end the children of a killed process."""
    first = EmbeddedPostgres(data_dir, test=True)
    first.start()
    stray = server_pid(data_dir)
    assert first._lock is not None
    first._lock.close()

    with EmbeddedPostgres(data_dir, test=True) as second:
        assert not is_server_of(stray, data_dir)
        psycopg.connect(second.url).close()
    first.stop()


@pytest.mark.crash
def test_leash_ends_a_group_when_its_holder_is_killed() -> None:
    sleeper = subprocess.Popen(["/bin/sleep", "120"], start_new_session=True)
    leash = Leash(-sleeper.pid, signal.SIGTERM, patience=2)
    assert leash._shell.stdin is not None
    leash._shell.stdin.close()  # what the kernel does when the holder dies

    ended = sleeper.wait(timeout=10)
    leash.release()
    assert ended == -signal.SIGTERM


def test_released_leash_lets_go() -> None:
    sleeper = subprocess.Popen(["/bin/sleep", "120"], start_new_session=True)
    Leash(-sleeper.pid, signal.SIGTERM, patience=2).release()

    assert sleeper.poll() is None
    sleeper.kill()
    sleeper.wait()


@pytest.mark.parametrize(
    ("command", "code"), [(["true"], 0), (["sh", "-c", "exit 3"], 3), (["no-such-program"], 127)]
)
def test_exec_passes_the_exit_code_on(command: list[str], code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "config.embedded", "exec", "--", *command],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )

    assert done.returncode == code
