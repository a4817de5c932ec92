"""Making a tender's bundle."""

from django.urls import reverse
from django_tasks import task

from networks.documents.pdf import PdfUnavailable
from networks.domain.access import Actor, Permission
from networks.jobs.runs import CannotFinish, Progress, perform, start
from networks.models import Run
from procurement.actions.documents import save_document
from procurement.documents.tender_bundle import bundle_file_name, tender_bundle
from procurement.models import Document, Tender
from procurement.queries.tender_bundle import bundle_content
from procurement.queries.tenders import tenders


@task()
def make_tender_bundle(run_id: int, tender_id: int) -> None:
    """Make the bundle of a tender as it stands when the worker gets to it."""
    perform(run_id, lambda actor, progress: _make(actor, progress, tender_id))


def start_bundle(*, by: Actor, tender: Tender) -> Run:
    """Record the run and hand it to a worker. Raises NotAllowed without EDIT_TENDERS for the tender's network."""
    by.require(Permission.EDIT_TENDERS, network_id=tender.network_id)
    return start(
        by=by,
        kind="document.tender_bundle",
        title=f"Making the bundle of {tender.name}",
        task=make_tender_bundle,
        arguments={"tender_id": tender.pk},
        back_url=tender.get_absolute_url(),
        network_id=tender.network_id,
    )


def _make(actor: Actor, progress: Progress, tender_id: int) -> str:
    tender = tenders(actor).filter(pk=tender_id).first()
    if tender is None:
        raise CannotFinish("The tender is no longer yours to see.")
    actor.require(Permission.EDIT_TENDERS, network_id=tender.network_id)
    content = bundle_content(tender)
    if content is None:
        raise CannotFinish("Every trust has withdrawn, so there is nothing to tender. Reinstate one first.")
    try:
        data = tender_bundle(
            content, lambda what, done, total: progress.report(what, done=done, total=total, force=True)
        )
    except PdfUnavailable as reason:
        raise CannotFinish(str(reason)) from reason
    save_document(
        by=actor,
        kind=Document.Kind.TENDER_BUNDLE,
        title=f"Tender bundle: {tender.name}{' (draft)' if content.is_draft else ''}",
        file_name=bundle_file_name(content),
        content=data,
        tender=tender,
    )
    return reverse("tender_detail", args=[tender.pk]) + "#documents"
