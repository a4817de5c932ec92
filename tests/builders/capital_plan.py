"""A capital plan document's figures, made up: trusts × machines over seven years, with pence that do not round."""

from datetime import date

from procurement.domain.capital_plan import CapitalPlan, EnvelopeRow, HowSure, MachineLine, Money, TenderRow
from procurement.domain.plan_agreement import Agreement
from procurement.domain.planning.uncertain_figures import Span, YearSpan

YEARS = range(2027, 2034)


def a_capital_plan(*, machines: int = 40, trusts: int = 3, whole: bool = True) -> CapitalPlan:
    """Return figures that agree with one another; every fourth machine is kept, every tenth has no installation date."""
    lines = tuple(_line(number, trusts) for number in range(machines))
    names = [f"Trust {chr(65 + number)}" for number in range(trusts)]

    def spend(trust: str, year: int) -> int:
        return sum(line.money.total_pence for line in lines if line.trust == trust and line.year == year)

    bought: dict[tuple[int, str], list[MachineLine]] = {}
    for line in lines:
        if line.year is not None:
            bought.setdefault((line.year, line.specification), []).append(line)
    return CapitalPlan(
        about="Northern imaging network" if whole else names[0],
        network="Northern imaging network",
        plan="Ten-year plan",
        version=3,
        whole=whole,
        register_as_at=date(2026, 11, 24),
        solved_on=date(2026, 11, 24),
        years=YEARS,
        guidance_years=10,
        lines=lines,
        envelopes=tuple(
            EnvelopeRow(name, year, 250_000_000, 1_234_567 if year > 2027 else 0, spend(name, year))
            for name in names
            for year in YEARS
        ),
        tenders=tuple(
            TenderRow(
                year,
                code,
                group[0].modality,
                len(group),
                len({line.trust for line in group}),
                group[0].money.equipment_pence,
                sum(line.saving_pence for line in group),
            )
            for (year, code), group in sorted(bought.items())
        ),  # fmt: skip
        breaches=("CT of Trust A is pinned to 2027/28; its envelope is £120,000 short.",),
        notes=(),
        status="optimal within 0.4%",
        proof=("priced breach: Optimal, gap 0.00%", "exposure: Optimal, gap 0.40%"),
        solver="HiGHS 1.16.0",
        inputs_hash="ab" * 32,
        agreement=Agreement(
            "Agreed by 1 of 2 trusts; submitted to them on 24 November 2026.",
            (("Trust A", "Agrees, 25 November 2026"), ("Trust B", "No answer yet")),
            ("Agree: Trust A (25 November 2026).", "No answer yet: Trust B."),
        ),
        how_sure=_how_sure(lines),
    )


def _how_sure(lines: tuple[MachineLine, ...]) -> HowSure:
    """A tenth dearer or cheaper at the ends, a twentieth likely; the first year is a penny short at high prices."""

    def span(pence: int) -> Span:
        return Span(pence * 9 // 10, pence, pence * 11 // 10, pence * 19 // 20, pence * 21 // 20)

    spend = [sum(x.money.total_pence for x in lines if x.year == year) for year in YEARS]
    years = tuple(
        YearSpan(None, year, span(pence), 0, int(year == YEARS[0]), 30)
        for year, pence in zip(YEARS, spend, strict=True)
    )
    short = (("Trust A", years[0]),)
    known = sum(x.installed_on is not None for x in lines)
    return HowSure(span(sum(spend)), years, len(lines), known, 1_000, short)


def _line(number: int, trusts: int) -> MachineLine:
    modality, code, price = (
        ("CT", "CT-STD", 53_999_901),
        ("MRI", "MRI-15T", 81_234_567),
        ("X-ray", "XR-DR", 17_500_033),
    )[number % 3]
    year = None if number % 4 == 3 else YEARS[number % len(YEARS)]
    money = Money() if year is None else Money(price, 6_000_007, round((price + 6_000_007) / 5))
    return MachineLine(
        rank=number + 1,
        reference=f"A{number + 1:06d}",
        label=f"{modality} Siemens Healthineers model {number}",
        trust=f"Trust {chr(65 + number % trusts)}",
        site=f"Site {number % 5}",
        modality=modality,
        specification=code,
        installed_on=None if number % 10 == 9 else date(2008 + number % 16, 1 + number % 12, 1),
        year=year,
        money=money,
        saving_pence=0 if year is None else 2_700_001,
        reason=""
        if year is None
        else "At 12 years it is the oldest of its kind here and past the 10-year guidance; the year before is spent.",
        is_pinned=number == 0,
    )
