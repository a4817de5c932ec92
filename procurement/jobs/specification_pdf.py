"""Making the PDF of a standard specification, once for each content: it is found again by its hash."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django_tasks import task

from networks.documents.pdf import PdfUnavailable, content_hash, make_pdf
from networks.domain.access import Actor, Permission
from networks.jobs.runs import CannotFinish, Progress, perform, start
from networks.models import Run
from procurement.documents.specification_pdf import specification_html
from procurement.models import SpecificationVersion
from procurement.queries.specifications import content_of, whole_versions

KIND = "document.specification"


def stored_pdf(version: SpecificationVersion) -> str | None:
    """Return where in the storage the PDF of a whole version lies; None where it has not been made."""
    place = _place(_html(version))
    return place if default_storage.exists(place) else None


def start_specification_pdf(*, by: Actor, version: SpecificationVersion) -> Run:
    """Record the run and hand it to a worker; whoever sees equipment may read the specifications it is bought to."""
    by.require(Permission.VIEW_ASSETS)
    back = reverse("specification_detail", args=[version.specification.code])
    return start(
        by=by,
        kind=KIND,
        title=f"Making the PDF of {version}",
        task=make_specification_pdf,
        arguments={"version_id": version.pk},
        back_url=back,
    )


@task()
def make_specification_pdf(run_id: int, version_id: int) -> None:
    """Make the PDF of a published version."""
    perform(run_id, lambda actor, progress: _make(actor, progress, version_id))


def _make(actor: Actor, progress: Progress, version_id: int) -> str:
    actor.require(Permission.VIEW_ASSETS)
    version = whole_versions().get(pk=version_id)
    html = _html(version)
    progress.report("Setting the specification in type", done=0, total=1, force=True)
    if not default_storage.exists(_place(html)):
        try:
            default_storage.save(_place(html), ContentFile(make_pdf(html)))
        except PdfUnavailable as reason:
            raise CannotFinish(str(reason)) from reason
    return reverse("specification_detail", args=[version.specification.code]) + f"#version-{version.version}"


def _html(version: SpecificationVersion) -> str:
    return specification_html(
        code=version.specification.code,
        name=version.specification.name,
        version=version.version,
        published_on=version.published_on,
        content=content_of(version),
    )


def _place(html: str) -> str:
    return f"specifications/{content_hash(html)}.pdf"
