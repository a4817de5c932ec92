"""Send people what is due of their machines by e-mail, once a week or month as they chose."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from assets.jobs.digests import send_digests
from networks.domain.access import command


class Command(BaseCommand):
    help = "Send the digests of this week and month that have not been sent yet. Run it daily: nothing is sent twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--on", type=date.fromisoformat, help="As at this day, like 2026-11-30 (default: today)"
        )

    def handle(self, *, on: date | None = None, **_: Any) -> None:
        done = send_digests(by=command("send_digests"), on=on or timezone.localdate())
        people = "person" if done.sent == 1 else "people"
        self.stdout.write(
            f"Sent to {done.sent} {people}; nothing new for {done.nothing}; failed for {done.failed}."
        )
        if done.failed:
            raise CommandError(
                "Some digests could not be sent; the log says why. Run the command again to retry."
            )
