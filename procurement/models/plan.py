"""Replacement plans: what a network wants (Plan, Envelope, Pin) and what the solver found (PlanVersion, PlanLine).

Shared money, options and the life of a version stand in `plan_money`, `plan_options` and `plan_life`.
"""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from assets.models import Asset
from networks.domain.access import Actor, Permission
from networks.models import Organisation, Run
from procurement.domain.plan import USUAL
from procurement.domain.plan_words import decided, planned_id
from procurement.domain.planning.result import Kind
from procurement.models.candidate import CandidateSite
from procurement.models.specification import SpecificationVersion


def covered_whole(actor: Actor, permission: Permission, plan: str = "") -> Q:
    """Return the condition that the actor covers every network of a plan, which `plan` leads to ("version__plan__").

    The plan's own network by the appointment in force, networks merged into it by any appointment of the same person.
    """
    elsewhere = Plan.with_networks.through.objects.exclude(organisation_id__in=actor.networks(permission))
    own = Q(**{f"{plan}network_id__in": actor.scope(permission).network_ids})
    return own & ~Q(**{f"{plan}pk__in": elsewhere.values("plan_id")})


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, actor: Actor, permission: Permission = Permission.VIEW_PLANS) -> Self:
        """Return the plans whose networks the actor covers, all of them, or, for a trust's people, that include the trust."""
        scope = actor.scope(permission)
        if scope.everywhere:
            return self.all()
        if scope.network_ids:
            return self.filter(covered_whole(actor, permission))
        mine = Envelope.objects.filter(plan=models.OuterRef("pk"), trust_id__in=scope.trust_ids)
        return self.filter(models.Exists(mine))


class _OfTrust(models.QuerySet):
    """Rows that carry a `trust`: shown to those who cover every network of the plan, or that trust."""

    def visible_to(self, actor: Actor, permission: Permission = Permission.VIEW_PLANS) -> Self:
        scope = actor.scope(permission)
        if scope.everywhere:
            return self.all()
        return self.filter(
            covered_whole(actor, permission, f"{self._plan}__") | Q(trust_id__in=scope.trust_ids)
        )

    _plan = "plan"


class EnvelopeQuerySet(_OfTrust):
    pass


class PlanLineQuerySet(_OfTrust):
    _plan = "version__plan"

    def bought(self) -> Self:
        """Return the lines for which a new machine is bought: replaced (perhaps after an upgrade) or added."""
        return self.filter(year__isnull=False).exclude(kind=Kind.RETIRE.value)


class Plan(models.Model):
    """A network's five-to-ten-year replacement plan: its years, guidance and limits. Solved into versions."""

    network = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    first_year = models.PositiveSmallIntegerField(
        help_text="The financial year it starts in: 2027 is 2027/28"
    )
    horizon_years = models.PositiveSmallIntegerField(default=USUAL.horizon_years)
    guidance_years = models.PositiveSmallIntegerField(
        default=USUAL.guidance_years, choices=[(7, "7 years"), (10, "10 years")]
    )
    max_installations = models.PositiveSmallIntegerField(
        "most installations per trust and year", default=USUAL.max_installations
    )
    tender_cost_pence = models.BigIntegerField(
        default=USUAL.tender_cost_pence, help_text="What running one tender costs"
    )
    vat_basis_points = models.PositiveSmallIntegerField(default=USUAL.vat_basis_points)
    carry_over_basis_points = models.PositiveSmallIntegerField(
        default=USUAL.carry_over_basis_points,
        help_text="How much of an envelope may be carried into the next year",
    )
    network_carry_over_basis_points = models.PositiveSmallIntegerField(
        default=USUAL.network_carry_over_basis_points,
        help_text="How much of a shared envelope (network or ICB) may be carried into the next year",
    )
    joint_discount_basis_points = models.PositiveSmallIntegerField(
        default=USUAL.joint_discount_basis_points,
        help_text="How much of the price breaks' savings is counted on: 10,000 is all, 0 is none",
    )
    fairness_basis_points = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="A trust's exposure left per pound of estate, at most this share of the network's; empty: no limit",
    )
    family_price_pence = models.BigIntegerField(
        default=USUAL.family_price_pence,
        help_text="What one more family of machines in a modality counts as in the plan's cost, for training and rotation",
    )
    most_out_per_site = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Most machines of one modality replaced at one site in one year"
    )
    most_out_per_network = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Most machines of one modality replaced in the network in one year"
    )
    scenario_of = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="scenarios",
        help_text="The plan this one was copied from to try something; empty: a plan of its own",
    )
    with_networks = models.ManyToManyField(
        Organisation,
        blank=True,
        related_name="+",
        help_text="Networks merged into this plan; fixed once it is solved, since they say who may read its versions",
    )
    without_trusts = models.ManyToManyField(
        Organisation, blank=True, related_name="+", help_text="Trusts left out of this plan"
    )
    candidates = models.ManyToManyField(
        CandidateSite, blank=True, related_name="plans", help_text="Additional machines the plan may site"
    )
    revision = models.PositiveIntegerField(
        default=1, help_text="Grows with every change of the plan or its envelopes; guards against lost edits"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = PlanQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["network", "name"], name="plan_name_once_per_network"),
            models.CheckConstraint(
                condition=Q(horizon_years__gte=5) & Q(horizon_years__lte=10), name="plan_is_for_5_to_10_years"
            ),
            models.CheckConstraint(
                condition=Q(carry_over_basis_points__lte=10_000), name="carry_over_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("plan_detail", args=[self.pk])

    @property
    def years(self) -> range:
        """The financial years of the plan, as the calendar years they start in."""
        return range(self.first_year, self.first_year + self.horizon_years)

    @property
    def network_ids(self) -> tuple[int, ...]:
        """The network it is kept under, then those merged into it. One query, none where they are prefetched."""
        return (self.network_id, *sorted(network.pk for network in self.with_networks.all()))

    @property
    def record_network_id(self) -> int | None:
        """The network whose people read the record of its changes; None, people of England only, for a merged plan."""
        return None if len(self.network_ids) > 1 else self.network_id


class Envelope(models.Model):
    """What one trust can spend on imaging equipment in one financial year, inc VAT."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="envelopes")
    trust = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    amount_pence = models.BigIntegerField()

    objects: ClassVar = EnvelopeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["plan", "trust", "year"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["plan", "trust", "year"], name="envelope_once_per_trust_and_year"
            ),
            models.CheckConstraint(condition=Q(amount_pence__gte=0), name="envelope_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.trust} {self.year}"


class Pin(models.Model):
    """A decision its people have fixed for a machine or a candidate, with the years as in `PlanLine`; no year: not at all."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="pins")
    asset = models.ForeignKey(Asset, null=True, on_delete=models.PROTECT, related_name="+")
    candidate = models.ForeignKey(CandidateSite, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(
        max_length=8, default=Kind.REPLACE.value, choices=[(k.value, k.value) for k in Kind]
    )
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    upgrade_year = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=300)

    class Meta:
        ordering: ClassVar = ["plan", "asset"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "asset"], name="pin_once_per_asset"),
            models.UniqueConstraint(fields=["plan", "candidate"], name="pin_once_per_candidate"),
            models.CheckConstraint(
                condition=Q(asset__isnull=True) ^ Q(candidate__isnull=True), name="pin_of_asset_or_candidate"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asset or self.candidate} pinned"

    @property
    def machine(self) -> Asset | CandidateSite:
        """What it is on."""
        machine = self.asset or self.candidate
        assert machine is not None  # noqa: S101 - the constraint pin_of_asset_or_candidate
        return machine

    @property
    def planned_id(self) -> int:
        """Its machine's or candidate's number among those of a plan, as `PlanLine.planned_id`."""
        return planned_id(self.asset_id, self.candidate_id)

    @property
    def words(self) -> str:
        """What it holds to: "Replaced in 2028/29"."""
        return decided(Kind(self.kind), self.year, self.upgrade_year, is_candidate=self.asset_id is None)


class PlanVersionQuerySet(models.QuerySet["PlanVersion"]):
    def visible_to(self, actor: Actor, permission: Permission = Permission.VIEW_PLANS) -> Self:
        return self.filter(plan__in=Plan.objects.visible_to(actor, permission))


class PlanVersion(models.Model):
    """One solved plan, as it was found: never changed, only followed by the next version.

    `inputs` is what was asked (so that a reader can trace any figure), `result` the solver's account of itself:
    stages with bound and gap, metrics of plan, oldest-first and do-nothing, breaches, age profiles, tenders.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    based_on = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="followers",
        help_text="The version whose decisions were kept where that costs nothing; empty: none",
    )
    run = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL, related_name="+")
    register_as_at = models.DateField(help_text="The day the register was read")
    status = models.CharField(max_length=200, help_text="The solver's own word, in words")
    inputs = models.JSONField()
    inputs_hash = models.CharField(max_length=64)
    result = models.JSONField()
    seed = models.IntegerField()
    solver = models.CharField(max_length=60)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = PlanVersionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["plan", "-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "number"], name="plan_version_once")]

    def __str__(self) -> str:
        return f"{self.plan} version {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("plan_version", args=[self.plan_id, self.number])


class PlanLine(models.Model):
    """What a plan version decided for one asset or candidate, with the facts it was decided on and its money, ex VAT and VAT
    apart.

    `year` is when the new machine arrives (or, retired, the old one goes); `upgrade_year` when an upgrade is paid for.
    `account` holds what a year earlier or later would cost, what binds and what would change it.
    """

    version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="lines")
    asset = models.ForeignKey(Asset, null=True, on_delete=models.PROTECT, related_name="+")
    candidate = models.ForeignKey(CandidateSite, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(
        max_length=8, default=Kind.REPLACE.value, choices=[(k.value, k.value) for k in Kind]
    )
    upgrade_year = models.PositiveSmallIntegerField(null=True)
    upgrade_pence = models.BigIntegerField(default=0, help_text="A funded mid-life upgrade, ex VAT")
    upgrade_year_pence = models.BigIntegerField(
        default=0, help_text="How much of all of it is paid in upgrade_year, inc VAT"
    )
    cover_pence = models.BigIntegerField(default=0, help_text="Cover while the machine is out, ex VAT")
    account = models.JSONField(default=dict)
    trust = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    specification_version = models.ForeignKey(
        SpecificationVersion, on_delete=models.PROTECT, related_name="+"
    )
    asset_label = models.CharField(max_length=200)
    modality = models.CharField(max_length=3)
    installed_on = models.DateField(null=True)
    year = models.PositiveSmallIntegerField(
        null=True, help_text="Financial year of replacement; none: not in the plan"
    )
    rank = models.PositiveIntegerField(help_text="1 is the most urgent")
    is_pinned = models.BooleanField(default=False)
    equipment_pence = models.BigIntegerField(help_text="At the joint price, ex VAT")
    single_price_pence = models.BigIntegerField(help_text="The same bought alone, ex VAT")
    works_pence = models.BigIntegerField()
    vat_pence = models.BigIntegerField()
    risk = models.DecimalField(max_digits=4, decimal_places=3)
    reason = models.TextField()

    objects: ClassVar = PlanLineQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["version", "rank"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "asset"], name="plan_line_once_per_asset"),
            models.UniqueConstraint(fields=["version", "candidate"], name="plan_line_once_per_candidate"),
            models.CheckConstraint(
                condition=Q(asset__isnull=True) ^ Q(candidate__isnull=True),
                name="plan_line_of_asset_or_candidate",
            ),
        ]

    def __str__(self) -> str:
        return self.asset_label

    @property
    def planned_id(self) -> int:
        """Its number among the machines of the plan's problem: the asset's, or minus the candidate's."""
        return planned_id(self.asset_id, self.candidate_id)

    @property
    def is_bought(self) -> bool:
        """Whether a new machine is bought: it is replaced (perhaps after an upgrade) or added."""
        return self.year is not None and self.kind != Kind.RETIRE

    @property
    def words(self) -> str:
        """What is decided for it: "Replaced in 2028/29", "Upgraded in 2028/29, replaced in 2032/33"."""
        return decided(Kind(self.kind), self.year, self.upgrade_year, is_candidate=self.asset_id is None)

    @property
    def total_pence(self) -> int:
        """Equipment, works, upgrade, cover and VAT together."""
        return (
            self.equipment_pence + self.works_pence + self.upgrade_pence + self.cover_pence + self.vat_pence
        )

    @property
    def spend_by_year(self) -> dict[int, int]:
        """Year to pence inc VAT, only the years in which something is paid for."""
        spend = {} if self.upgrade_year is None else {self.upgrade_year: self.upgrade_year_pence}
        if self.year is not None:
            spend[self.year] = self.total_pence - self.upgrade_year_pence
        return spend

    @property
    def saving_pence(self) -> int:
        """What the joint price saves on it against buying it alone, ex VAT; 0 where it is kept."""
        return self.single_price_pence - self.equipment_pence
