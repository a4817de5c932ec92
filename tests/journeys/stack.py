"""The real product for one test session: its commands, its web server and its worker, in a folder of their own."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 60
SECONDS_TO_STOP = 30


class Stack:
    """A running site. `address` has no slash at its end; `folder` is the site's VAR_DIR; `log` what it has written."""

    def __init__(self, folder, environment, port):
        self.folder = folder
        self.address = f"http://127.0.0.1:{port}"
        self._environment = environment
        self._port = port
        self._log_file = folder / "serve.log"

    @property
    def log(self):
        return self._log_file.read_text() if self._log_file.exists() else ""

    def manage(self, *arguments, settings="networks.config.settings"):
        """Begin a management command; the caller waits for it with `finish`."""
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self._environment | {"DJANGO_SETTINGS_MODULE": settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments):
        return finish(self.manage(*arguments))

    @contextmanager
    def serving(self):
        """Serve until the block ends, then ask it to stop as Ctrl-C or systemd would; it must do so by itself."""
        with self._log_file.open("w") as log:
            server = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", str(self._port)],
                cwd=ROOT,
                env=self._environment | {"DJANGO_SETTINGS_MODULE": "networks.config.settings"},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        children = []
        try:
            self._wait_until_it_answers(server)
            children = _children(server.pid)
            yield self
        finally:
            stopped_by_itself = _stop(server, children)
        assert stopped_by_itself, f"`manage.py serve` did not stop within {SECONDS_TO_STOP} s:\n{self.log}"
        assert server.returncode == 0, self.log
        assert not [pid for pid in children if _is_running(pid)], "serve left a process of its own behind"

    def _wait_until_it_answers(self, server):
        until = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < until:
            if server.poll() is not None:
                raise AssertionError(f"`manage.py serve` ended at once:\n{self.log}")
            asking = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
            try:
                asking.request("GET", "/accounts/login/")
                status = asking.getresponse().status
                assert status == http.HTTPStatus.OK, f"The sign-in page answers {status}:\n{self.log}"
                return
            except OSError:
                time.sleep(0.1)
            finally:
                asking.close()
        raise AssertionError(f"The site did not answer within {SECONDS_TO_START} s:\n{self.log}")


@contextmanager
def demonstration(folder):
    """Set the product up as `make run` does, serve it and give its Stack. `folder` must be new and empty."""
    with ExitStack() as closing:
        environment = os.environ | {"VAR_DIR": str(folder)}
        for name in ("SECRET_KEY", "ALLOWED_HOSTS", "HTTPS", "DEBUG", "HOST", "PORT"):
            environment.pop(name, None)
        if server_url := environment.pop("DATABASE_URL", None):
            environment["DATABASE_URL"] = closing.enter_context(_database_of_its_own(server_url))
        stack = Stack(folder, environment, _free_port())
        static = stack.manage(
            *("collectstatic", "--noinput", "-v", "0", "--ignore", "build"),
            settings="tests.journeys.uncompressed",
        )
        stack.run("migrate", "-v", "0")
        stack.run("createcachetable")
        stack.accounts = stack.run("load_demo", "--if-empty", "--seed", "1", "--solve-seconds", "3")
        finish(static)
        closing.enter_context(stack.serving())
        yield stack


def finish(process):
    """Wait for a command and return what it printed; a failure shows it."""
    output, _ = process.communicate(timeout=300)
    assert process.returncode == 0, f"{' '.join(process.args[1:])} failed:\n{output}"
    return output


@contextmanager
def _database_of_its_own(server_url):
    """Make a database on the server that DATABASE_URL names, give its URL, and drop it afterwards."""
    import psycopg
    from psycopg import sql

    parts = urlsplit(server_url)
    name = f"imaging_journey_{os.getpid()}"
    # psycopg reads libpq's own spelling of the scheme.
    server = urlunsplit(parts._replace(scheme="postgresql"))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield urlunsplit(parts._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _children(pid):
    """Every process that descends from one, by the list that Linux keeps; none where it keeps no such list."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    direct = [int(child) for child in listed.read_text().split()] if listed.exists() else []
    return direct + [below for child in direct for below in _children(child)]


def _is_running(pid):
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def _stop(server, children):
    server.terminate()
    try:
        server.wait(timeout=SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        for pid in [server.pid, *children]:
            if _is_running(pid):
                os.kill(pid, signal.SIGKILL)
        server.wait()
        return False
    return True


def chromium():
    """The path of the browser, or None."""
    return shutil.which("chromium")
