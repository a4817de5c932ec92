"""A tender as bidders are told of it, made without a database: four general CTs for three trusts."""

from datetime import date

from procurement.domain.specification_files import read_folder
from procurement.domain.tender_dates import stages
from procurement.queries.tender_bundle import BundleContent, Delivery, Lot, PlanReference

KEY_DATE, DELIVERY = date(2028, 6, 30), date(2029, 3, 31)
TRUSTS = {"=Cedar & Sons": 1, "Ash": 2, "Beech": 1}
INPUTS_HASH = "ab" * 32


def lot(number: int, trust: str, machines: int) -> Lot:
    return Lot(
        number,
        trust,
        f"R{number:02d}",
        tuple(
            Delivery(
                number=f"{number}.{place}",
                trust=trust,
                trust_code=f"R{number:02d}",
                site=f"{trust} site",
                site_code=f"R{number:02d}01",
                postcode="M1 1AA" if place == 1 else "",
                room="CT 1" if place == 1 else "",
                replaces=f"CT Siemens Healthineers SOMATOM go.Top, serial number {number}{place}",
                deliver_by=DELIVERY,
            )
            for place in range(1, machines + 1)
        ),
    )


def bundle(code: str = "CT-STD", *, is_draft: bool = True) -> BundleContent:
    """Return the content of a bundle to one of the specifications that are really published."""
    standard = next(standard for standard in read_folder() if standard.code == code)
    return BundleContent(
        reference="T000001",
        name=f"{standard.name}, 2028/29",
        network="Northern",
        is_draft=is_draft,
        year=2028,
        opened_on=date(2026, 11, 24),
        opened_by="Ann Lead",
        key_date_on=KEY_DATE,
        deliver_by=DELIVERY,
        stages=stages(
            opened_on=date(2026, 11, 24),
            key_date_on=KEY_DATE,
            closed_on=None if is_draft else KEY_DATE,
            deliver_by=DELIVERY,
            today=date(2026, 11, 24),
        ),
        lots=tuple(
            lot(number, trust, count) for number, (trust, count) in enumerate(TRUSTS.items(), start=1)
        ),
        vat_basis_points=2000,
        quantities=(1, 3, 4, 6),
        specification_code=standard.code,
        specification_name=standard.name,
        specification_version=1,
        specification_published_on=standard.published_on,
        specification=standard.content,
        plans=(PlanReference("Plan", 1, date(2026, 11, 24), INPUTS_HASH),),
        state="0123456789abcdef",
    )
