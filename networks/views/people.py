"""People and their roles: for administrators."""

import secrets
from collections.abc import Iterator

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from networks.actions.appointments import (
    OwnLastAdministration,
    RoleNotHeldThere,
    add_person,
    appoint,
    end_appointment,
)
from networks.actions.sign_in import OwnSignIn, allow_sign_in, reset_password
from networks.domain.access import Permission, Role
from networks.domain.passphrases import passphrase
from networks.exports.tables import Cell, csv_response
from networks.forms.people import EndForm, PersonFilter, PersonForm, RoleForm, SignInForm
from networks.http import Request
from networks.models import Appointment, Event, User

ROWS_PER_PAGE = 50
LATEST_CHANGES = 20


@require_safe
def people(request: Request) -> HttpResponse:
    """List those who can sign in, with the roles they hold today."""
    request.actor.require(Permission.ADMINISTER)
    found = PersonFilter(request.GET, on=timezone.localdate())
    page = Paginator(found.qs, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "networks/people.html", {"filter": found, "page": page})


@require_safe
def people_export(request: Request) -> HttpResponseBase:
    """Download the people the list shows, one row for each role they hold, or one without a role."""
    request.actor.require(Permission.ADMINISTER)
    found = PersonFilter(request.GET, on=timezone.localdate())
    headings = [
        "Name",
        "E-mail address",
        "May sign in",
        "Last signed in",
        "Role",
        "Organisation",
        "Code",
        "Since",
    ]
    return csv_response("people.csv", headings, _export_rows(list(found.qs)))


def _export_rows(found: list[User]) -> Iterator[list[Cell]]:
    for person in found:
        last = timezone.localtime(person.last_login).date() if person.last_login else None
        who: list[Cell] = [person.name, person.email, "yes" if person.is_active else "no", last]
        held: list[Appointment] = person.held  # type: ignore[attr-defined]
        for appointment in held:
            organisation = appointment.organisation
            yield [
                *who,
                appointment.get_role_display(),
                organisation.name,
                organisation.code,
                appointment.starts_on,
            ]
        if not held:
            yield [*who, None, None, None, None]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def person_add(request: Request) -> HttpResponse:
    """Add somebody; their passphrase is made here and shown once, in the answer to this request only."""
    request.actor.require(Permission.ADMINISTER)
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        secret = passphrase(secrets.choice)
        person = add_person(by=request.actor, password=secret, **form.cleaned_data)
        return render(
            request,
            "networks/person_passphrase.html",
            {"person": person, "passphrase": secret, "is_new": True},
        )
    return render(request, "networks/person_add.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def person_detail(request: Request, pk: int) -> HttpResponse:
    """Show somebody with the roles they hold, will hold and held; give them another."""
    request.actor.require(Permission.ADMINISTER)
    person = get_object_or_404(User, pk=pk)
    today = timezone.localdate()
    form = RoleForm(request.POST or None, today=today, initial={"starts_on": today})
    if request.method == "POST" and form.is_valid():
        role = Role(form.cleaned_data.pop("role"))
        try:
            appointment = appoint(by=request.actor, user=person, role=role, **form.cleaned_data)
        except RoleNotHeldThere as refusal:
            form.add_error("organisation", str(refusal))
        else:
            holds = "holds" if appointment.starts_on <= today else "will hold"
            messages.success(
                request,
                f"{person.name} {holds} the role {role.label} in {appointment.organisation.name} "
                f"from {appointment.starts_on:%-d %B %Y}.",
            )
            return redirect("person_detail", pk=person.pk)
    appointments = list(person.appointments.select_related("organisation").order_by("-starts_on", "-pk"))
    context = {
        "person": person,
        "form": form,
        "is_self": person.pk == request.actor.user_id,
        "appointments": [a for a in appointments if a.ends_on is None or a.ends_on > today],
        "ended": [a for a in appointments if a.ends_on is not None and a.ends_on <= today],
        "today": today,
        "changes": Event.objects.visible_to(request.actor).filter(subject_type="user", subject_id=person.pk)[
            :LATEST_CHANGES
        ],
    }
    return render(request, "networks/person_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def appointment_end(request: Request, pk: int) -> HttpResponse:
    """End a role on a date, with a reason."""
    request.actor.require(Permission.ADMINISTER)
    today = timezone.localdate()
    appointment = get_object_or_404(
        Appointment.objects.select_related("user", "organisation").exclude(ends_on__lte=today), pk=pk
    )
    form = EndForm(request.POST or None, today=today, initial={"ends_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            end_appointment(by=request.actor, appointment=appointment, **form.cleaned_data)
        except OwnLastAdministration as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                f"{appointment.user.name} no longer holds the role {appointment.get_role_display()} in "
                f"{appointment.organisation.name} from {appointment.ends_on:%-d %B %Y}.",
            )
            return redirect("person_detail", pk=appointment.user_id)
    return render(request, "networks/appointment_end.html", {"form": form, "appointment": appointment})


@require_http_methods(["GET", "HEAD", "POST"])
def person_sign_in(request: Request, pk: int) -> HttpResponse:
    """Stop somebody from signing in, or let them in again."""
    request.actor.require(Permission.ADMINISTER)
    person = get_object_or_404(User, pk=pk)
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        may = not person.is_active
        try:
            allow_sign_in(by=request.actor, user=person, may=may, **form.cleaned_data)
        except OwnSignIn as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, f"{person.name} {'can sign in again' if may else 'can no longer sign in'}."
            )
            return redirect("person_detail", pk=person.pk)
    return render(request, "networks/person_sign_in.html", {"form": form, "person": person})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def person_passphrase(request: Request, pk: int) -> HttpResponse:
    """Make somebody a new passphrase, shown once, in the answer to this request only."""
    request.actor.require(Permission.ADMINISTER)
    person = get_object_or_404(User, pk=pk)
    if request.method == "POST":
        secret = passphrase(secrets.choice)
        reset_password(by=request.actor, user=person, password=secret)
        return render(request, "networks/person_passphrase.html", {"person": person, "passphrase": secret})
    return render(request, "networks/person_passphrase_new.html", {"person": person})
