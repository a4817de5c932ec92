"""The organisations of England as at a date, read in two queries."""

from datetime import date

from networks.domain.organisations import Kind, Link, Organisation, Structure, Tie
from networks.models import Link as LinkRow
from networks.models import Organisation as OrganisationRow


def structure(*, on: date) -> Structure:
    """Return nation, regions, ICBs, networks and trusts as they stand on `on`. Two queries; sites are left out."""
    organisations = [
        Organisation(pk, Kind(kind), code, name, opened_on, closed_on)
        for pk, kind, code, name, opened_on, closed_on in OrganisationRow.objects.exclude(
            kind=Kind.SITE
        ).values_list("pk", "kind", "code", "name", "opened_on", "closed_on")
    ]
    links = [
        Link(source, target, Tie(tie), starts, ends, primary)
        for source, target, tie, starts, ends, primary in LinkRow.objects.exclude(
            source__kind=Kind.SITE
        ).values_list("source_id", "target_id", "tie", "starts_on", "ends_on", "is_primary")
    ]
    return Structure(organisations, links, on=on)
