"""What a trust's people chose before for the headings of their files."""

from assets.models import ImportMapping


def remembered_for(trust_id: int | None) -> dict[str, str]:
    """Return a trust's remembered headings: word to column, "" for one not to be read. Of several trusts together none is
    remembered. One query."""
    if trust_id is None:
        return {}
    return dict(ImportMapping.objects.filter(trust_id=trust_id).values_list("heading", "column"))
