"""The catalogue of models: its list, one model, correcting it, and where one machine's end of support comes from."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assets.actions.assets import Conflict, Invalid
from assets.actions.catalogue import ModelConflict, add_model, correct_model
from assets.actions.catalogue_links import follow_model, state_own_support
from assets.actions.catalogue_spellings import add_spelling, remove_spelling
from assets.exports.catalogue import MODEL_HEADINGS, model_rows
from assets.forms.catalogue import CatalogueFilter, MachineModelForm, SpellingForm, SupportForm
from assets.models import Asset, MachineModel, ModelAlias
from assets.queries.catalogue_models import changes_of, machines_of, makers, models_with_machines
from networks.domain.access import Permission
from networks.exports.tables import table_response
from networks.http import Request

PER_PAGE = 50
LATEST_CHANGES = 50

_form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def catalogue_list(request: Request) -> HttpResponse:
    """List the models, filtered and sorted as the address says, and the makers with who supports their machines."""
    found = _found(request)
    context = {
        "filter": found,
        "page": Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page")),
        "makers": makers(),
        "may_change": request.actor.can(Permission.ADMINISTER),
        "is_empty": not MachineModel.objects.exists(),
    }
    return render(request, "assets/catalogue_list.html", context)


@require_safe
def catalogue_export(request: Request) -> HttpResponseBase:
    """Download the models the list shows, all its pages, as CSV or (format=xlsx) a workbook."""
    name, rows = f"catalogue-{timezone.localdate():%Y-%m-%d}", model_rows(_found(request).qs)
    return table_response(request.GET.get("format", ""), name, "Catalogue", MODEL_HEADINGS, rows)


@require_safe
def machine_model_detail(request: Request, pk: int) -> HttpResponse:
    """Show one model: its facts, its spellings, the machines of it that one may see, and its changes."""
    return _detail(request, _model(request, pk), SpellingForm())


@_form_page
def machine_model_add(request: Request) -> HttpResponse:
    """Add a model, and its maker where that is new."""
    request.actor.require(Permission.ADMINISTER)
    form = MachineModelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            model = add_model(
                by=request.actor,
                values=form.values,
                new_maker=given["new_maker"],
                reason=given["reason"],
            )
        except Invalid as invalid:
            form.refuse(invalid)
        else:
            messages.success(request, f"{model} was added to the catalogue.")
            return redirect(model)
    return render(request, "assets/machine_model_edit.html", {"form": form})


@_form_page
def machine_model_edit(request: Request, pk: int) -> HttpResponse:
    """Correct a model; where somebody else was quicker, say what stands now and keep what was typed."""
    request.actor.require(Permission.ADMINISTER)
    model = _model(request, pk)
    form = MachineModelForm(request.POST if request.method == "POST" else None, model=model)
    context: dict[str, object] = {"form": form, "model": model}
    if not form.is_valid():
        return render(request, "assets/machine_model_edit.html", context)
    given = form.cleaned_data
    try:
        done = correct_model(
            by=request.actor,
            model=model,
            values=form.values,
            version=given["version"] or 0,
            reason=given["reason"],
        )
    except Invalid as invalid:
        form.refuse(invalid)
        return render(request, "assets/machine_model_edit.html", context)
    except ModelConflict as conflict:
        typed = request.POST.copy()
        typed["version"] = str(conflict.current.version)
        form.data = typed
        context["since"] = changes_of(model)[: max(conflict.current.version - (given["version"] or 0), 1)]
        return render(request, "assets/machine_model_edit.html", context, status=409)
    if done.model.version == model.version:
        messages.info(request, "Nothing was changed: all facts are as they were.")
    else:
        messages.success(request, f"{done.model} was corrected.{_told(done.followed, done.kept)}")
    return redirect(done.model)


@require_POST
def machine_model_spelling(request: Request, pk: int) -> HttpResponse:
    """Record another spelling of a model, or take one back (`remove`, its number)."""
    request.actor.require(Permission.ADMINISTER)
    model = _model(request, pk)
    if (remove := request.POST.get("remove", "")) and remove.isdecimal() and len(remove) < 18:
        alias = get_object_or_404(ModelAlias.objects.select_related("model__maker"), pk=remove, model=model)
        remove_spelling(by=request.actor, alias=alias)
        messages.success(request, f"“{alias.spelling}” is no longer a spelling of {model}.")
        return redirect(model)
    form = SpellingForm(request.POST)
    if form.is_valid():
        try:
            add_spelling(by=request.actor, model=model, text=form.cleaned_data["spelling"])
        except Invalid as invalid:
            form.add_error("spelling", str(invalid))
        else:
            messages.success(
                request, f"“{form.cleaned_data['spelling']}” is a spelling of {model} from now on."
            )
            return redirect(model)
    return _detail(request, model, form)


@_form_page
def asset_support(request: Request, pk: int) -> HttpResponse:
    """Choose whether one machine's end of support comes from its model or is its own."""
    visible = Asset.objects.visible_to(request.actor).select_related("trust", "machine_model__maker")
    asset = get_object_or_404(visible, pk=pk)
    request.actor.require(Permission.EDIT_ASSETS, trust_id=asset.trust_id)
    form = SupportForm(request.POST if request.method == "POST" else None, asset=asset)
    context: dict[str, object] = {"asset": asset, "form": form}
    status = 200
    if form.is_valid():
        given = form.cleaned_data
        said = {"by": request.actor, "asset": asset, "version": given["version"], "reason": given["reason"]}
        try:
            if given["source"] == "own":
                changed = state_own_support(support_ends_on=given["support_ends_on"], **said)
            else:
                changed = follow_model(**said)
        except Invalid as invalid:
            form.add_error(None, str(invalid))
        except Conflict as conflict:
            typed = request.POST.copy()
            typed["version"] = str(conflict.current.version)
            form.data = typed
            context |= {"asset": conflict.current, "is_conflict": True}
            status = 409
        else:
            messages.success(request, f"The end of support of {changed} was settled.")
            return redirect(changed)
    return render(request, "assets/asset_support.html", context, status=status)


def _found(request: Request) -> CatalogueFilter:
    request.actor.require(Permission.VIEW_ASSETS)
    return CatalogueFilter(request.GET, queryset=models_with_machines(request.actor), on=timezone.localdate())


def _model(request: Request, pk: int) -> MachineModel:
    request.actor.require(Permission.VIEW_ASSETS)
    return get_object_or_404(
        MachineModel.objects.select_related("maker__successor", "successor__maker"), pk=pk
    )


def _detail(request: Request, model: MachineModel, form: SpellingForm) -> HttpResponse:
    machines = machines_of(request.actor, model)
    context = {
        "model": model,
        "form": form,
        "spellings": model.aliases.all(),
        "maker_spellings": model.maker.aliases.all(),
        "page": Paginator(machines, PER_PAGE).get_page(request.GET.get("page")),
        "changes": changes_of(model)[:LATEST_CHANGES],
        "may_change": request.actor.can(Permission.ADMINISTER),
        "may_edit": request.actor.can(Permission.EDIT_ASSETS),
    }
    return render(request, "assets/machine_model_detail.html", context)


def _told(followed: int, kept: int) -> str:
    """Say what a new end of support did to the machines."""
    if not (followed or kept):
        return ""
    return f" Machines that follow its end of support now: {followed}. Machines that keep a date of their own: {kept}."
