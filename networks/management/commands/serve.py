"""Serve the site: the web server and the worker for long work, under one command, until stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from networks.jobs.runs import sweep_lost

FIRST_SECONDS, REGULARLY_SECONDS = 60, 6 * 3600
"""When digests are looked for after the start, and how often then; what was sent is not sent again."""


class Command(BaseCommand):
    help = "Serve the site with its worker. Stop it with Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--web-processes", type=int, default=2)

    def handle(self, *, host: str, port: int, web_processes: int, **_: Any) -> None:
        _refuse_busy_port(host, port)
        sweep_lost(now=timezone.now())
        self.stdout.write(f"Serving on http://{host}:{port}/ – stop with Ctrl-C")
        self.stdout.flush()
        web = [
            *(sys.executable, "-m", "gunicorn", "networks.config.wsgi:application"),
            *("--bind", f"{host}:{port}", "--workers", str(web_processes), "--threads", "4"),
            *("--timeout", "120", "--log-level", "warning"),
        ]
        worker = [sys.executable, "manage.py", "db_worker", "--no-startup-delay", "--no-reload", "-v", "0"]
        digests = [sys.executable, "manage.py", "send_digests", "-v", "0"]
        # Without a place for e-mails they would go to the console of whoever serves.
        regular = [digests] if settings.EMAIL_HOST or settings.EMAIL_FILE_PATH else []
        _Processes({"web server": web, "worker": worker}, regular).run()


def _refuse_busy_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} on {host} is already in use. Stop what uses it, or choose another: PORT={port + 1} make run"
            ) from error


class _Processes:
    """Child processes kept running together: one that dies is started again; when told to stop, all stop.

    `regular` are commands that come to an end, started again and again, REGULARLY_SECONDS after they were started before.
    """

    def __init__(self, commands: dict[str, list[str]], regular: list[list[str]]) -> None:
        self._commands = commands
        self._regular = regular
        self._at_work: list[subprocess.Popen[bytes]] = []
        self._next = time.monotonic() + FIRST_SECONDS
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._stopping = False

    def run(self) -> None:
        for stop_signal in (signal.SIGINT, signal.SIGTERM):
            signal.signal(stop_signal, self._stop)
        while not self._stopping:
            for name, arguments in self._commands.items():
                process = self._running.get(name)
                if process is None or process.poll() is not None:
                    if process is not None:
                        sys.stderr.write(
                            f"The {name} stopped (status {process.returncode}); starting it again.\n"
                        )
                    # A session of its own keeps a terminal's Ctrl-C from reaching the child twice.
                    self._running[name] = subprocess.Popen(arguments, start_new_session=True)  # noqa: S603
            self._start_regular()
            time.sleep(1)
        for process in (*self._running.values(), *self._at_work):
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()

    def _start_regular(self) -> None:
        self._at_work = [process for process in self._at_work if process.poll() is None]
        if time.monotonic() < self._next or self._at_work:
            return
        self._next = time.monotonic() + REGULARLY_SECONDS
        self._at_work = [subprocess.Popen(each, start_new_session=True) for each in self._regular]  # noqa: S603

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stopping = True
