"""Whose a machine is, what it cost, and what it is worth."""

from assets.domain.facts.fact import Fact, Kind, Section, listed, words_of
from assets.domain.vocabulary import Funding, Ownership

FACTS = (
    Fact(
        "ownership",
        "Ownership",
        Kind.CHOICE,
        Section.MONEY,
        "Owned, leased, PFI, managed service, given by a charity or mobile hire.",
        "Owned",
        listed("Owner, Owned or leased, Ownership type, Funding route, Ownership status"),
        words=words_of(Ownership),
        spellings={
            "owned": "purchased, bought, trust owned, trust, capital, own",
            "leased": "lease, operating lease, finance lease, rental, rented",
            "pfi": "private finance initiative, pf2",
            "managed": "mes, managed equipment service, managed equipment, managed",
            "charity": "charity, charitable, donated, donation, league of friends, gifted, charitable funds",
            "mobile": "mobile, mobile rental, mobile unit, hired, hire, trailer",
        },
    ),
    Fact(
        "ownership_ends_on",
        "End of lease, hire or contract",
        Kind.LAST_DAY,
        Section.MONEY,
        "The last day of the lease, hire, PFI or managed service.",
        "31 March 2029",
        listed(
            "Lease end, Lease ends, Lease end date, Lease expiry, End of lease, Hire end, MES end, MES end date, PFI end, Ownership end, Ownership ends, Contract end of ownership"
        ),
    ),
    Fact(
        "price_paid_pence",
        "Price paid (£ ex VAT)",
        Kind.MONEY,
        Section.MONEY,
        "What the machine cost in pounds, without VAT and building works: £490,000, 490k, £1.2m.",
        "490000",
        listed(
            "Price, Price paid, Cost, Price paid ex VAT, Price ex VAT, Cost ex VAT, Price excl VAT, Cost excl VAT, Price excluding VAT, Cost excluding VAT, Purchase price, Purchase cost, Purchase price ex VAT, Purchase cost ex VAT, Purchase value, Capital cost, Capital cost ex VAT, Equipment cost, Equipment cost ex VAT, Unit cost, Unit price, Cost GBP, Price GBP, Original cost, Acquisition cost, Cost of equipment"
        ),
        hint="The machine alone, without building works: 490,000 or 490k",
        is_price=True,
    ),
    Fact(
        "vat_paid_pence",
        "VAT paid (£)",
        Kind.MONEY,
        Section.MONEY,
        "The VAT paid on the machine, in pounds; 0 where none was due.",
        "98000",
        listed("VAT, VAT paid, VAT amount, VAT on price"),
        hint="In pounds; 0 where none was due",
        is_price=True,
    ),
    Fact(
        "works_paid_pence",
        "Building works (£ ex VAT)",
        Kind.MONEY,
        Section.MONEY,
        "What the building works for it cost, in pounds without VAT.",
        "120000",
        listed(
            "Works, Building works, Enabling works, Works cost, Enabling works cost, Works ex VAT, Building cost"
        ),
        hint="In pounds without VAT; 0 where there were none",
        is_price=True,
    ),
    Fact(
        "price_year",
        "Year of these prices",
        Kind.YEAR,
        Section.MONEY,
        "The year in whose money the prices are.",
        "2018",
        listed("Price year, Year of price, Year of purchase, Purchase year, Price base year"),
    ),
    Fact(
        "finance_number",
        "Number in the asset ledger",
        Kind.TEXT,
        Section.MONEY,
        "Finance's own number for it.",
        "FA-20931",
        listed(
            "Finance number, GL asset number, Ledger number, Fixed asset number, FAR number, Finance asset number"
        ),
        max_length=60,
    ),
    Fact(
        "accounting_life_years",
        "Life in the accounts (years)",
        Kind.NUMBER,
        Section.MONEY,
        "Over how many years finance writes it off.",
        "10",
        listed(
            "Accounting life, Useful life, Depreciation life, Asset life, Life years, Useful economic life"
        ),
        most=50,
    ),
    Fact(
        "net_book_value_pence",
        "Net book value (£)",
        Kind.MONEY,
        Section.MONEY,
        "What it still stands at in the accounts, in pounds.",
        "49000",
        listed("NBV, Net book value, Book value, Carrying value"),
        hint="In pounds; 0 once it is written off",
        is_price=True,
    ),
    Fact(
        "replacement_funding",
        "Funding of its replacement",
        Kind.CHOICE,
        Section.MONEY,
        "No plan, bid made, funded, or will not be replaced.",
        "Bid made",
        listed(
            "Replacement funding, Funding status, Replacement funding status, Funded, Replacement funded, Funded plan"
        ),
        words=words_of(Funding),
        spellings={
            "none": "no, none, unfunded, not funded, no plan",
            "bid": "bid, bid submitted, business case, applied for",
            "funded": "yes, approved, agreed, in plan",
            "not_needed": "not needed, not required, not to be replaced",
        },
    ),
)
