"""Serve the site: the web server and the worker for long work, under one command, until stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from networks.jobs.runs import sweep_lost


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
        _Processes({"web server": web, "worker": worker}).run()


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
    """Child processes kept running together: one that dies is started again; when told to stop, all stop."""

    def __init__(self, commands: dict[str, list[str]]) -> None:
        self._commands = commands
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
            time.sleep(1)
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stopping = True
