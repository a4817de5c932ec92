"""An import on its way: taking the file in, choosing what its columns are. What is in its cells is in `import_corrections`.

Nothing here writes to the register.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.core.files import File
from django.db import transaction

from assets.actions.import_batches import (
    Preview,
    keep_preview,
    look_at_file,
    record_import,
    require_batch,
    require_import,
)
from assets.actions.import_files import OPEN, drop_file, keep_file, kept_file
from assets.domain.problems import FileProblem
from assets.models import ImportBatch, ImportMapping
from networks.domain.access import Actor
from networks.models import Organisation


def take_file(*, by: Actor, file: File[bytes], trust: Organisation, on: date) -> ImportBatch:
    """Take a file in: keep it, and check it where its columns are clear; otherwise the import waits for them.

    Raises NotAllowed, and FileProblem where the file cannot be read; then it is not kept.
    """
    require_import(by, trust.pk)
    return take_kept_file(by=by, stored_as=keep_file(file), file_name=file.name or "", trust=trust, on=on)


def take_kept_file(
    *, by: Actor, stored_as: str, file_name: str, trust: Organisation, on: date
) -> ImportBatch:
    """Do the same with a file that lies in the store already."""
    try:
        with kept_file(stored_as, file_name) as file:
            preview = look_at_file(by=by, file=file, trust=trust, on=on, remembered=True, ask=True)
        return keep_preview(by=by, preview=preview, stored_as=stored_as)
    except BaseException:
        drop_file(stored_as)
        raise


def choose_columns(
    *,
    by: Actor,
    batch: ImportBatch,
    chosen: Mapping[str, str],
    only: Collection[str] | None,
    on: date,
    at: datetime,
) -> ImportBatch:
    """Read an import's file anew under the columns chosen, and remember them for its trust.

    `chosen` gives the words of headings the key of the register's column, or NOT_READ; `only` names the sheets to read, None
    for those that look like registers. Where two columns still say the same thing or a needed one is missing, the import
    goes on waiting, and nothing is remembered. Corrections made to cells are lost. Raises NotAllowed, and FileProblem where
    the import is over or its file is kept no longer.
    """
    require_batch(by, batch)
    with kept_file(batch.stored_as, batch.file_name) as file:
        preview = look_at_file(
            by=by,
            file=file,
            trust=batch.trust,
            on=on,
            chosen=chosen,
            only=only,
            remembered=True,
            ask=True,
        )
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        require_batch(by, batch)
        if batch.status not in OPEN:
            raise FileProblem("This import is over. Upload the file again.")
        batch = keep_preview(by=by, preview=preview, batch=batch)
        if preview.file.is_clear:
            _remember(by, batch, chosen, preview, at=at)
            record_import(by, batch, "import.columns_chosen")
    return batch


def _remember(
    by: Actor, batch: ImportBatch, chosen: Mapping[str, str], preview: Preview, *, at: datetime
) -> None:
    """Keep for the trust what was chosen, but for what the words of a heading say by themselves."""
    if batch.trust_id is None:
        return
    own = {heading["word"]: heading["own"] for heading in preview.file.layout["headings"]}
    said = {word: key for word, key in chosen.items() if word in own}
    news = {word: key for word, key in said.items() if key != own[word]}
    ImportMapping.objects.filter(trust_id=batch.trust_id, heading__in=said.keys() - news.keys()).delete()
    ImportMapping.objects.bulk_create(
        [
            ImportMapping(
                trust_id=batch.trust_id, heading=word, column=key, chosen_by_id=by.user_id, chosen_at=at
            )
            for word, key in news.items()
        ],
        update_conflicts=True,
        unique_fields=["trust", "heading"],
        update_fields=["column", "chosen_by", "chosen_at"],
    )
