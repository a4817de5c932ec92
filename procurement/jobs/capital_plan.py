"""Making a capital plan's PDF and workbook."""

from django.urls import reverse
from django_tasks import task

from networks.documents.pdf import PdfUnavailable
from networks.domain.access import Actor
from networks.jobs.runs import CannotFinish, Progress, perform, start
from networks.models import Organisation, Run
from procurement.actions.documents import save_document
from procurement.documents.capital_plan import capital_plan_pdf
from procurement.documents.capital_plan_workbook import capital_plan_workbook
from procurement.models import Document, PlanVersion
from procurement.queries.capital_plan import capital_plan


@task()
def make_capital_plan(run_id: int, version_id: int, trust_id: int | None) -> None:
    """Make both files of a plan version, of the whole network or of one trust's part."""
    perform(run_id, lambda actor, progress: _make(actor, progress, version_id, trust_id))


def start_capital_plan(*, by: Actor, version: PlanVersion, trust: Organisation | None) -> Run:
    """Record the run and hand it to a worker. What the actor may not see is refused when the worker reads it."""
    about = trust.name if trust else version.plan.network.name
    return start(
        by=by,
        kind="document.capital_plan",
        title=f"Making the capital plan of {about}",
        task=make_capital_plan,
        arguments={"version_id": version.pk, "trust_id": trust.pk if trust else None},
        back_url=version.get_absolute_url(),
        network_id=None if trust else version.plan.network_id,
        trust_id=trust.pk if trust else None,
    )


def _make(actor: Actor, progress: Progress, version_id: int, trust_id: int | None) -> str:
    version = (
        PlanVersion.objects.visible_to(actor).select_related("plan__network").filter(pk=version_id).first()
    )
    if version is None:
        raise CannotFinish("The plan version is no longer yours to see.")
    trust = Organisation.objects.get(pk=trust_id) if trust_id is not None else None
    progress.report("Reading the plan", done=0, total=3, force=True)
    plan = capital_plan(actor, version, trust=trust)
    name = f"capital-plan-{version.plan_id}-v{version.number}{f'-{trust.code}' if trust else ''}"
    progress.report("Writing the workbook", done=1, total=3, force=True)
    save_document(
        by=actor,
        kind=Document.Kind.CAPITAL_PLAN_XLSX,
        title=plan.title,
        file_name=f"{name}.xlsx",
        content=capital_plan_workbook(plan),
        version=version,
        trust_id=trust_id,
    )
    progress.report("Setting the PDF in type", done=2, total=3, force=True)
    try:
        pdf = capital_plan_pdf(plan)
    except PdfUnavailable as reason:
        raise CannotFinish(f"The workbook is ready under Documents. {reason}") from reason
    save_document(
        by=actor,
        kind=Document.Kind.CAPITAL_PLAN_PDF,
        title=plan.title,
        file_name=f"{name}.pdf",
        content=pdf,
        version=version,
        trust_id=trust_id,
    )
    return reverse("document_list") + f"?version={version.pk}"
