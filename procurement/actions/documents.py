"""Keeping the files that the product has made."""

import hashlib

from django.core.files.base import ContentFile
from django.db import transaction

from networks.actions.events import record
from networks.domain.access import Actor, Permission
from procurement.models import Document, PlanVersion, Tender
from procurement.queries.plan_versions import require_part


@transaction.atomic
def save_document(
    *,
    by: Actor,
    kind: Document.Kind,
    title: str,
    file_name: str,
    content: bytes,
    version: PlanVersion | None = None,
    tender: Tender | None = None,
    trust_id: int | None = None,
) -> Document:
    """Keep a file of a plan version (the whole network's, or one trust's part) or of a tender.

    The same content of the same kind for the same subject is kept once: making it again returns the document there is.
    Raises NotAllowed where the actor may not see all that the file shows, ValueError where it is of neither or both.
    """
    if (version is None) == (tender is None):
        raise ValueError("A document is of a plan version or of a tender.")
    network_id = _require(by, version, tender, trust_id)
    digest = hashlib.sha256(content).hexdigest()
    made: Document | None = Document.objects.filter(
        kind=kind, sha256=digest, version=version, tender=tender, trust_id=trust_id
    ).first()
    if made is not None:
        return made
    made = Document(
        kind=kind,
        title=title[:200],
        file_name=file_name,
        sha256=digest,
        size_bytes=len(content),
        version=version,
        tender=tender,
        trust_id=trust_id,
        made_by_id=by.user_id,
    )
    made.file.save(file_name, ContentFile(content), save=False)
    made.save()
    record(
        by=by,
        action="document.made",
        subject_type="document",
        subject_id=made.pk,
        subject_label=made.title,
        changes={"file": (None, file_name), "SHA-256": (None, digest)},
        trust_id=trust_id,
        network_id=network_id,
    )
    return made


def _require(by: Actor, version: PlanVersion | None, tender: Tender | None, trust_id: int | None) -> int:
    if tender is not None:
        by.require(Permission.VIEW_TENDERS, network_id=tender.network_id)
        return tender.network_id
    assert version is not None  # noqa: S101 - one of the two is given
    require_part(by, version.plan, trust_id=trust_id)
    return version.plan.network_id
