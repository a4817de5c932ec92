"""The capital plan as a workbook, from the same `CapitalPlan` figures as the PDF."""

import io
from datetime import UTC, datetime, time

import xlsxwriter

from assets.domain.ageing import Band
from networks.domain.figures import date_gb
from networks.domain.financial_year import label
from procurement.domain.capital_plan import CapitalPlan, HowSure, Money


def capital_plan_workbook(plan: CapitalPlan) -> bytes:
    """Return the workbook: every figure of the PDF, all rows, money in pounds to the penny.

    Its sums are formulas over the rows, so that a reader can follow each; the Checks sheet sets them beside one another.
    """
    target = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(target, options) as book:
        # The same figures give the same bytes: the file's clock is the plan's own.
        book.set_properties(
            {"title": plan.title, "author": "Imaging Capital Planner", "created": _solved_at(plan)}
        )
        _Sheets(book, plan).write()
    return target.getvalue()


def _solved_at(plan: CapitalPlan) -> datetime:
    return datetime.combine(plan.solved_on, time(), tzinfo=UTC)


Value = str | int | None


class _Sheets:
    """Writes the sheets of one workbook; money comes in pence and is written in pounds."""

    def __init__(self, book: xlsxwriter.Workbook, plan: CapitalPlan) -> None:
        self.book = book
        self.plan = plan
        self.heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.bold = book.add_format({"bold": True})
        self.money = book.add_format({"num_format": "£#,##0.00"})
        self.bold_money = book.add_format({"num_format": "£#,##0.00", "bold": True, "top": 1})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})

    def write(self) -> None:
        plan = self.plan
        self._summary()
        self._money_table(
            "Schedule",
            ("Trust", "Year", "Modality", "Machines"),
            [
                ((row.trust, label(row.year), row.modality, row.units), _parts(row.money))
                for row in plan.schedule
            ],
            _PARTS,
        )
        self._money_table(
            "Envelopes",
            ("Trust", "Year"),
            [
                (
                    (row.trust, label(row.year)),
                    (row.envelope_pence, row.carried_in_pence, row.spend_pence, row.left_pence),
                )
                for row in plan.envelopes
            ],
            (
                "Envelope (£ inc VAT)",
                "Carried in (£ inc VAT)",
                "Spend (£ inc VAT)",
                "Left before carrying on (£ inc VAT)",
            ),
        )
        self._money_table(
            "Machines",
            (
                "Rank",
                "Reference",
                "Machine",
                "Trust",
                "Site",
                "Modality",
                "Specification",
                "Installed",
                "Decision",
                "Age then (years)",
                "Pinned",
                "Why",
            ),  # fmt: skip
            [
                (
                    (
                        line.rank,
                        line.reference,
                        line.label,
                        line.trust,
                        line.site,
                        line.modality,
                        line.specification,
                        date_gb(line.installed_on),
                        line.decision,
                        line.age_then(),
                        "yes" if line.is_pinned else "no",
                        line.reason,
                    ),
                    (*_parts(line.money), line.saving_pence),
                )
                for line in plan.lines
            ],
            (*_PARTS, "Saving from buying together (£ ex VAT)"),
        )
        self._money_table(
            "Joint purchases",
            ("Year", "Specification", "Modality", "Machines", "Trusts"),
            [
                (
                    (label(row.year), row.specification, row.modality, row.units, row.trusts),
                    (row.unit_price_pence, row.saving_pence),
                )
                for row in plan.tenders
            ],
            ("Price of one (£ ex VAT)", "Saving (£ ex VAT)"),
            summed=(1,),
        )
        self._ages()
        self._how_sure()
        self._checks()

    def _summary(self) -> None:
        plan, sheet = self.plan, self.book.add_worksheet("Summary")
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, 1, 60)
        sheet.write_string(0, 0, plan.title, self.bold)
        facts: list[tuple[str, Value]] = [
            ("Plan", f"{plan.plan}, version {plan.version}"),
            ("Network", plan.network),
            ("Agreement", plan.agreement.headline),
            *((f"Agreement: {trust}", words) for trust, words in plan.agreement.trusts),
            ("Register read on", date_gb(plan.register_as_at)),
            ("Solved on", date_gb(plan.solved_on)),
            ("Guidance", f"{plan.guidance_years} years"),
            ("Solver", f"{plan.solver}: {plan.status}"),
            *((f"Proof, stage {number}", words) for number, words in enumerate(plan.proof, start=1)),
            ("Inputs’ fingerprint", plan.inputs_hash),
            ("Machines in the plan", len(plan.machines)),
            ("Machines replaced", len(plan.replacements)),
            ("Besides", plan.besides or "nothing"),
            (f"Ten years or older on {date_gb(plan.register_as_at)}", plan.old_today),
            (
                f"Ten years or older at the end of {label(plan.years[-1])}, with the plan",
                plan.profile[-1].old_with_plan,
            ),
            (
                f"Ten years or older at the end of {label(plan.years[-1])}, without",
                plan.profile[-1].old_without,
            ),
            ("Machines of unknown age", plan.unknown_ages),
            *(("Not allowed by the envelopes", words) for words in plan.breaches),
            *(("Note", words) for words in plan.notes),
        ]
        row = 1
        for row, (name, value) in enumerate(facts, start=2):
            sheet.write_string(row, 0, name)
            if isinstance(value, int):
                sheet.write_number(row, 1, value)
            else:
                sheet.write_string(row, 1, value or "not known", self.wrap)
        for name, pence in (
            ("Equipment (£ ex VAT)", plan.total.equipment_pence),
            ("Works (£ ex VAT)", plan.total.works_pence),
            ("Upgrades and cover (£ ex VAT)", plan.total.upkeep_pence),
            ("VAT (£)", plan.total.vat_pence),
            ("Total asked for (£ inc VAT)", plan.total.total_pence),
            ("Saving from buying together (£ ex VAT)", plan.saving_pence),
            *_range(plan.how_sure),
        ):
            row += 1
            sheet.write_string(row, 0, name, self.bold)
            sheet.write_number(row, 1, pence / 100, self.money)

    def _money_table(
        self,
        name: str,
        headings: tuple[str, ...],
        rows: list[tuple[tuple[Value, ...], tuple[int | None, ...]]],
        money_headings: tuple[str, ...],
        summed: tuple[int, ...] | None = None,
    ) -> None:
        """Write a table of text and numbers, then money columns, with a total under each of those `summed` (all)."""
        sheet = self.book.add_worksheet(name)
        for column, heading in enumerate((*headings, *money_headings)):
            width = 60 if heading == "Why" else max(12, min(36, len(heading) + 2))
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, heading, self.heading)
        sheet.freeze_panes(1, 0)
        for number, (cells, amounts) in enumerate(rows, start=1):
            for column, value in enumerate(cells):
                self._cell(sheet, number, column, value)
            for column, pence in enumerate(amounts, start=len(headings)):
                if pence is None:
                    sheet.write_string(number, column, "not known")
                else:
                    sheet.write_number(number, column, pence / 100, self.money)
        sheet.autofilter(0, 0, max(len(rows), 1), len(headings) + len(money_headings) - 1)
        if not rows:
            return
        sheet.write_string(len(rows) + 1, 0, "Total", self.bold)
        for position in summed if summed is not None else range(len(money_headings)):
            column = len(headings) + position
            letter = xlsxwriter.utility.xl_col_to_name(column)
            in_pounds = sum(amounts[position] or 0 for _, amounts in rows) / 100
            formula = f"=SUM({letter}2:{letter}{len(rows) + 1})"
            sheet.write_formula(len(rows) + 1, column, formula, self.bold_money, in_pounds)

    def _cell(self, sheet: "xlsxwriter.worksheet.Worksheet", row: int, column: int, value: Value) -> None:
        if isinstance(value, int):
            sheet.write_number(row, column, value)
        else:
            sheet.write_string(row, column, "not known" if value is None else value)

    def _ages(self) -> None:
        plan, sheet = self.plan, self.book.add_worksheet("Ages")
        headings = [
            "At the end of", *(f"{band.label}, with the plan" for band in Band), "Ten or older with the plan",
            "Ten or older without",
        ]  # fmt: skip
        sheet.set_column(0, len(headings), 18)
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading, self.heading)
        for number, row in enumerate(plan.profile, start=1):
            sheet.write_string(number, 0, label(row.year))
            counts = [row.bands_with_plan.get(band, 0) for band in Band]
            for column, count in enumerate([*counts, row.old_with_plan, row.old_without], start=1):
                sheet.write_number(number, column, count)

    def _how_sure(self) -> None:
        """Spend by year as a range; only the ends and the planned figure are summed, likely ranges do not add up."""
        sure = self.plan.how_sure
        if sure is None:
            return
        self._money_table(
            "How sure",
            ("Year",),
            [
                (
                    (label(row.year),),
                    (
                        row.spend.low,
                        row.spend.planned,
                        row.spend.high,
                        row.short_high_pence,
                        row.spend.likely_low,
                        row.spend.likely_high,
                    ),
                )
                for row in sure.years
            ],
            (
                "Every price low (£ inc VAT)",
                "As planned (£ inc VAT)",
                "Every price high (£ inc VAT)",
                "Missing with every price high (£ inc VAT)",
                "Likely from (£ inc VAT)",
                "Likely to (£ inc VAT)",
            ),
            summed=(0, 1, 2, 3),
        )

    def _checks(self) -> None:
        """The same total, summed from each sheet; the last row says whether they agree."""
        plan, sheet = self.plan, self.book.add_worksheet("Checks")
        sheet.set_column(0, 0, 60)
        sheet.set_column(1, 1, 20)
        total = plan.total.total_pence / 100
        rows = (
            ("Total of the schedule", "Schedule", 8, len(plan.schedule)),
            ("Spend from the envelopes", "Envelopes", 4, len(plan.envelopes)),
            ("Total of the machines’ lines", "Machines", 16, len(plan.lines)),
        )
        for number, (name, source, column, count) in enumerate(rows):
            letter = xlsxwriter.utility.xl_col_to_name(column)
            sheet.write_string(number, 0, name)
            formula = f"=SUM('{source}'!{letter}2:{letter}{max(count, 1) + 1})"
            sheet.write_formula(number, 1, formula, self.money, total)
        sheet.write_string(len(rows), 0, "All agree to the penny", self.bold)
        sheet.write_formula(
            len(rows), 1, '=IF(AND(ROUND(B1-B2,2)=0,ROUND(B1-B3,2)=0),"yes","NO")', self.bold, "yes"
        )


_PARTS = (
    "Equipment (£ ex VAT)",
    "Works (£ ex VAT)",
    "Upgrades and cover (£ ex VAT)",
    "VAT (£)",
    "Total (£ inc VAT)",
)


def _parts(money: Money) -> tuple[int, int, int, int, int]:
    return (
        money.equipment_pence,
        money.works_pence,
        money.upkeep_pence,
        money.vat_pence,
        money.total_pence,
    )


def _range(sure: HowSure | None) -> tuple[tuple[str, int], ...]:
    if sure is None:
        return ()
    span = sure.spend
    return (
        ("Likely from, 8 of 10 outcomes (£ inc VAT)", span.likely_low),
        ("Likely to, 8 of 10 outcomes (£ inc VAT)", span.likely_high),
        ("With every price low (£ inc VAT)", span.low),
        ("With every price high (£ inc VAT)", span.high),
    )
