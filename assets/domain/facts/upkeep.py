"""A machine's warranty and maintenance."""

from assets.domain.facts.fact import Fact, Kind, Section, listed

HOURS_OF_A_YEAR = 8_784
"""Of a leap year."""

FACTS = (
    Fact(
        "warranty_ends_on",
        "End of warranty",
        Kind.LAST_DAY,
        Section.UPKEEP,
        "The last day of the maker's warranty.",
        "31 May 2021",
        listed("Warranty, Warranty end, Warranty ends, Warranty expiry, Warranty end date, Warranty until"),
    ),
    Fact(
        "maintenance_provider",
        "Maintained by",
        Kind.TEXT,
        Section.UPKEEP,
        "Who maintains it.",
        "Siemens Healthineers",
        listed(
            "Maintenance provider, Service provider, Maintenance contractor, Maintenance company, Serviced by"
        ),
        hint="The maker, another firm or your own engineers",
        max_length=100,
    ),
    Fact(
        "maintenance_ends_on",
        "End of maintenance contract",
        Kind.LAST_DAY,
        Section.UPKEEP,
        "The last day of the maintenance contract.",
        "31 March 2027",
        listed(
            "Maintenance end, Maintenance contract end, Maintenance contract end date, Maintenance contract expiry, Service contract end, Service contract expiry, Contract end date, Contract expiry"
        ),
    ),
    Fact(
        "maintenance_cost_pence",
        "Maintenance a year (£ ex VAT)",
        Kind.MONEY,
        Section.UPKEEP,
        "What its maintenance costs a year, in pounds without VAT.",
        "45000",
        listed(
            "Maintenance cost, Annual maintenance cost, Maintenance cost per year, Service cost, Annual service cost, Maintenance pa, Annual maintenance"
        ),
        hint="In pounds without VAT",
        is_price=True,
    ),
    Fact(
        "uptime_target_percent",
        "Uptime target (%)",
        Kind.PERCENT,
        Section.UPKEEP,
        "The uptime that the maintenance contract promises, from 0 to 100.",
        "98",
        listed("Uptime target, Uptime guarantee, Uptime, Contract uptime, Guaranteed uptime, Uptime SLA"),
        hint="What the maintenance contract promises, such as 98",
        most=100,
    ),
    Fact(
        "downtime_hours",
        "Unplanned downtime (hours a year)",
        Kind.NUMBER,
        Section.UPKEEP,
        "The hours in the last twelve months in which it could not be used and that was not planned.",
        "120",
        listed(
            "Downtime, Downtime hours, Unplanned downtime, Unplanned downtime hours, Hours of downtime, Annual downtime, Hours down"
        ),
        hint="In the last twelve months",
        most=HOURS_OF_A_YEAR,
    ),
)
