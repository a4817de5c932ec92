"""Add the first administrator of a new installation."""

import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from networks.actions.appointments import add_person, appoint
from networks.domain.access import Role, command
from networks.domain.organisations import Kind
from networks.models import Organisation, User


class Command(BaseCommand):
    help = "Add an administrator; the password is asked for, never given on the command line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name")

    @transaction.atomic
    def handle(self, *, email: str, name: str, **_: Any) -> None:
        nation = Organisation.objects.filter(kind=Kind.NATION).first()
        if nation is None:
            raise CommandError("No organisations yet. Load them first: manage.py load_organisations")
        if User.objects.filter(email=email.lower()).exists():
            raise CommandError(f"{email} can already sign in. Give roles on the People page.")
        password = getpass.getpass("Password: ")
        try:
            validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        by = command("add_administrator")
        user = add_person(by=by, email=email, name=name, password=password)
        appoint(
            by=by, user=user, role=Role.ADMINISTRATOR, organisation=nation, starts_on=timezone.localdate()
        )
        self.stdout.write(f"{name} can sign in as {email} and give others their roles.")
