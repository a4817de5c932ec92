"""A machine's dates and its software."""

from assets.domain.facts.fact import Fact, Kind, Section, listed

FACTS = (
    Fact(
        "year_of_manufacture",
        "Year of manufacture",
        Kind.YEAR,
        Section.LIFE,
        "A year, not after the installation.",
        "2015",
        listed(
            "Manufacture year, Year manufactured, Year made, Manufactured, Date of manufacture, Manufacture date, YOM, Year built, Build year"
        ),
        hint="For example, 2015",
    ),
    Fact(
        "installed_on",
        "Installed",
        Kind.PARTIAL_DATE,
        Section.LIFE,
        "A day, a month or only a year, day before month: 1 June 2012, 01/06/2012, June 2012, 2012. Not in the future.",
        "1 June 2012",
        listed(
            "Installation date, Install date, Date installed, Date of installation, Date of install, Installed on, Installed date, Year installed, Year of installation, Installation year, Install year, Installation, Install, Commissioned, Commissioning date, Date commissioned, In service date, Date into service, Date in use, Go live, Acceptance date"
        ),
        hint="As much as is known: 1 June 2012, June 2012 or 2012. Its age is counted from this",
    ),
    Fact(
        "is_refurbished",
        "Bought refurbished",
        Kind.YES_NO,
        Section.LIFE,
        "Yes or no.",
        "No",
        listed("Refurbished, Is refurbished, Refurb, Refurbished at purchase, Second hand"),
    ),
    Fact(
        "upgraded_on",
        "Mid-life upgrade",
        Kind.PARTIAL_DATE,
        Section.LIFE,
        "When it was last upgraded: a day, a month or a year. It does not make the machine younger.",
        "March 2021",
        listed(
            "Upgraded, Upgrade date, Upgraded on, Date upgraded, Major upgrade, Major upgrade date, Mid life upgrade date, Year upgraded, Year of upgrade"
        ),
        hint="As much as is known. Its age is still counted from the installation",
    ),
    Fact(
        "support_ends_on",
        "End of support",
        Kind.LAST_DAY,
        Section.LIFE,
        "The last day on which the maker supports it. A month or a year alone means its last day. Empty for a new machine means as the catalogue of models says.",
        "31 March 2028",
        listed(
            "Support end, Support ends, Support end date, Support ends on, End of support date, End of vendor support, Vendor support end, Vendor end of support, EOS, EoS date, End of service, Manufacturer support end"
        ),
        hint="The last day on which the maker supports it, such as 31 March 2028. A date here goes before the catalogue’s; empty takes the catalogue’s",
    ),
    Fact(
        "software_version",
        "Software version",
        Kind.TEXT,
        Section.LIFE,
        "The version of the machine's own software.",
        "VB20A",
        listed("Software, Software release, Application software, Software level"),
        max_length=80,
    ),
    Fact(
        "operating_system",
        "Operating system",
        Kind.TEXT,
        Section.LIFE,
        "The operating system of its console.",
        "Windows 10",
        listed("OS, Operating system version, OS version, Console operating system"),
        hint="Of its console, such as Windows 10",
        max_length=80,
    ),
    Fact(
        "operating_system_ends_on",
        "End of operating system support",
        Kind.LAST_DAY,
        Section.LIFE,
        "The last day on which the operating system is supported.",
        "14 October 2025",
        listed(
            "OS support end, OS end of support, Operating system support end, OS support ends, End of OS support"
        ),
    ),
    Fact(
        "is_networked",
        "On the hospital network",
        Kind.YES_NO,
        Section.LIFE,
        "Yes or no.",
        "Yes",
        listed("Networked, On network, Network connected, Connected to network, Is networked"),
    ),
)
