"""One maker of the catalogue: correcting it, and how it is written. For administrators."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from assets.actions.assets import Invalid
from assets.actions.catalogue_makers import MakerConflict, correct_maker, remove_maker_spelling
from assets.actions.catalogue_spellings import add_maker_spelling
from assets.forms.catalogue import SpellingForm
from assets.forms.catalogue_makers import MakerForm
from assets.models import Maker, MakerAlias
from networks.domain.access import Permission
from networks.http import Request
from networks.models import Event


@require_http_methods(["GET", "HEAD", "POST"])
def maker_edit(request: Request, pk: int) -> HttpResponse:
    """Correct a maker; where somebody else was quicker, say so and keep what was typed."""
    maker = _maker(request, pk)
    form = MakerForm(request.POST if request.method == "POST" else None, maker=maker)
    if not form.is_valid():
        return _page(request, maker, form, SpellingForm())
    try:
        corrected = correct_maker(by=request.actor, maker=maker, **form.cleaned_data)
    except Invalid as invalid:
        form.refuse(invalid)
        return _page(request, maker, form, SpellingForm())
    except MakerConflict as conflict:
        typed = request.POST.copy()
        typed["version"] = str(conflict.current.version)
        form.data = typed
        return _page(request, conflict.current, form, SpellingForm(), status=409)
    messages.success(request, f"{corrected} was corrected.")
    return redirect("maker_edit", pk=maker.pk)


@require_POST
def maker_spelling(request: Request, pk: int) -> HttpResponse:
    """Record another spelling of a maker, or take one back (`remove`, its number)."""
    maker = _maker(request, pk)
    if (remove := request.POST.get("remove", "")) and remove.isdecimal() and len(remove) < 18:
        alias = get_object_or_404(MakerAlias.objects.select_related("maker"), pk=remove, maker=maker)
        remove_maker_spelling(by=request.actor, alias=alias)
        messages.success(request, f"“{alias.spelling}” is no longer a spelling of {maker}.")
        return redirect("maker_edit", pk=maker.pk)
    form = SpellingForm(request.POST)
    if form.is_valid():
        try:
            add_maker_spelling(by=request.actor, maker=maker, text=form.cleaned_data["spelling"])
        except Invalid as invalid:
            form.add_error("spelling", str(invalid))
        else:
            said = form.cleaned_data["spelling"]
            messages.success(request, f"“{said}” is a spelling of {maker} from now on.")
            return redirect("maker_edit", pk=maker.pk)
    return _page(request, maker, MakerForm(maker=maker), form)


def _maker(request: Request, pk: int) -> Maker:
    request.actor.require(Permission.ADMINISTER)
    return get_object_or_404(Maker.objects.select_related("successor"), pk=pk)


def _page(
    request: Request, maker: Maker, form: MakerForm, spelling_form: SpellingForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "maker": maker,
        "form": form,
        "spelling_form": spelling_form,
        "forms": [form, spelling_form],
        "spellings": maker.aliases.all(),
        "is_conflict": status == 409,
        "changes": Event.objects.visible_to(request.actor).filter(subject_type="maker", subject_id=maker.pk)[
            :20
        ],
    }
    return render(request, "assets/maker_edit.html", context, status=status)
