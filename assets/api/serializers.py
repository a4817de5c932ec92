"""Machines as the API reads and writes them: codes instead of row numbers, money in pence, ages worked out."""

from datetime import date
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assets.domain import facts
from assets.domain.ageing import Band
from assets.domain.facts import FACTS, PRICE_KEYS, Fact
from assets.domain.vocabulary import PRECISIONS, Modality, Precision, Status
from assets.models import Asset, Specification
from assets.queries.assets import AgedAsset, aged
from networks.domain.organisations import Kind
from networks.models import Organisation

_FACTS = tuple(name for fact in FACTS for name in (fact.key, *fact.fields[1:]))
_EMPTY_TEXTS = {facts.Kind.TEXT, facts.Kind.NOTES, facts.Kind.CHOICE}


def _kwargs(fact: Fact) -> dict[str, Any]:
    """Return how the API takes a fact: what is left out of a replacement is emptied, unless it is needed."""
    given: dict[str, Any] = {"help_text": fact.accepts}
    if not fact.is_needed and fact.key != "retired_on":
        given |= {"default": "", "allow_blank": True} if fact.kind in _EMPTY_TEXTS else {"default": None}
    if fact.max_length:
        given["max_length"] = fact.max_length
    return given


class AssetSerializer(serializers.ModelSerializer[Asset]):
    """A machine. What is not known is null (an empty text in texts); ages are as at `as_at`."""

    reference = serializers.CharField(read_only=True, help_text="Our own number, as in exports: A000123")
    version = serializers.IntegerField(
        read_only=True, help_text="Grows with every change; in quotes it is the ETag"
    )
    trust_id = serializers.IntegerField(read_only=True, help_text="Its id among the organisations")
    trust = serializers.CharField(source="trust.code", read_only=True, help_text="ODS code")
    trust_name = serializers.CharField(source="trust.name", read_only=True)
    site_id = serializers.IntegerField(read_only=True, help_text="Its id among the organisations")
    site = serializers.SlugRelatedField(
        slug_field="code",
        queryset=Organisation.objects.filter(kind=Kind.SITE),
        help_text="ODS code; the trust follows from it",
    )
    site_name = serializers.CharField(source="site.name", read_only=True)
    modality = serializers.ChoiceField(choices=[(m.value, m.label) for m in Modality])
    specification_id = serializers.IntegerField(read_only=True, help_text="Its id, for the list's filter")
    specification = serializers.SlugRelatedField(
        slug_field="code",
        queryset=Specification.objects.all(),
        help_text="Code of the standard specification it would be replaced by",
    )
    specification_name = serializers.CharField(source="specification.name", read_only=True)
    installed_precision = serializers.ChoiceField(
        choices=PRECISIONS,
        required=False,
        allow_blank=True,
        help_text="How much of installed_on is known; D unless told, empty without a date",
    )
    upgraded_precision = serializers.ChoiceField(
        choices=PRECISIONS,
        required=False,
        allow_blank=True,
        help_text="How much of upgraded_on is known; D unless told, empty without a date",
    )
    status = serializers.ChoiceField(
        choices=[(s.value, s.label) for s in Status],
        required=False,
        help_text="Retiring and bringing back have addresses of their own",
    )
    machine_model: serializers.StringRelatedField = serializers.StringRelatedField(
        read_only=True, help_text="The model in the catalogue that its make names for certain"
    )
    reason = serializers.CharField(
        write_only=True, max_length=500, help_text="Why, for the history; needed for every change"
    )

    as_at = serializers.SerializerMethodField(help_text="The day the ages below are of")
    in_fleet = serializers.SerializerMethodField(
        help_text="Whether it was, is or will be in the fleet on as_at"
    )
    age_years = serializers.SerializerMethodField(
        help_text="Completed years on as_at; null where the installation date is not known or it is not in the fleet"
    )
    age_is_about = serializers.SerializerMethodField(
        help_text="Whether only the month or year of installation is known, so that it may be younger"
    )
    age_band = serializers.SerializerMethodField(help_text="Null where it is not in the fleet on as_at")
    over_7 = serializers.SerializerMethodField(help_text="Seven years or older; null where the age is")
    over_10 = serializers.SerializerMethodField(help_text="Ten years or older; null where the age is")

    class Meta:
        model = Asset
        fields = (
            "id",
            "reference",
            "version",
            "trust_id",
            "trust",
            "trust_name",
            "site_id",
            "site_name",
            "specification_id",
            "specification_name",
            *_FACTS,
            "machine_model",
            "support_source",
            "as_at",
            "in_fleet",
            "age_years",
            "age_is_about",
            "age_band",
            "over_7",
            "over_10",
            "reason",
        )
        read_only_fields = ("retired_on", "support_source")
        extra_kwargs: ClassVar = {
            fact.key: _kwargs(fact) for fact in FACTS if fact.kind is not facts.Kind.REFERENCE
        }
        # The actions tell which machine has the number already; the serializer's own check could not.
        validators: tuple[Any, ...] = ()

    def get_fields(self) -> dict[str, serializers.Field]:
        """Leave out what equipment cost, for whoever may not see it: it can then be neither read nor written."""
        fields = super().get_fields()
        if not self.context.get("with_prices"):
            for key in PRICE_KEYS:
                del fields[key]
        return fields

    @property
    def _on(self) -> date:
        on: date = self.context.get("as_at") or timezone.localdate()
        return on

    def _aged(self, asset: Asset) -> AgedAsset:
        return aged(asset, on=self._on)

    def get_as_at(self, _asset: Asset) -> date:
        return self._on

    def get_in_fleet(self, asset: Asset) -> bool:
        return self._aged(asset).in_fleet

    def get_age_years(self, asset: Asset) -> int | None:
        age = self._aged(asset).age
        return age.years if age else None

    def get_age_is_about(self, asset: Asset) -> bool | None:
        age = self._aged(asset).age
        return age.is_about if age else None

    @extend_schema_field(serializers.ChoiceField(choices=[(b.value, b.label) for b in Band], allow_null=True))
    def get_age_band(self, asset: Asset) -> str | None:
        band = self._aged(asset).band
        return band.value if band else None

    def get_over_7(self, asset: Asset) -> bool | None:
        return self._at_least(asset, 7)

    def get_over_10(self, asset: Asset) -> bool | None:
        return self._at_least(asset, 10)

    def _at_least(self, asset: Asset, years: int) -> bool | None:
        age = self._aged(asset).age
        return age.years >= years if age else None

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Make date and precision agree: the first day of the month or year, "D" unless told, "" without a date."""
        for fact in FACTS:
            if fact.kind is facts.Kind.PARTIAL_DATE and {fact.key, fact.precision_field} & set(attrs):
                attrs = attrs | self._dated(fact, attrs)
        return attrs

    def _dated(self, fact: Fact, attrs: dict[str, Any]) -> dict[str, Any]:
        standing = self.instance if isinstance(self.instance, Asset) else None
        day = attrs.get(fact.key, getattr(standing, fact.key, None))
        precision = attrs.get(fact.precision_field) or (Precision.DAY.value if day else "")
        if day is None and precision:
            raise serializers.ValidationError(
                {fact.precision_field: [f"There is no {fact.key} that it could be the precision of."]}
            )
        if day is not None:
            day = day if precision == Precision.DAY else day.replace(day=1)
            day = day.replace(month=1) if precision == Precision.YEAR else day
        return {fact.key: day, fact.precision_field: precision}


class NewAssetSerializer(AssetSerializer):
    """A machine to be added. Only the site, modality and specification must be known."""

    reason = serializers.CharField(
        write_only=True, max_length=500, required=False, allow_blank=True, help_text="Why, for the history"
    )

    class Meta(AssetSerializer.Meta):
        pass


class RetireSerializer(serializers.Serializer[None]):
    """When a machine left service, and why."""

    retired_on = serializers.DateField(help_text="The day it left service, today at the latest")
    reason = serializers.CharField(max_length=500)


class ReasonSerializer(serializers.Serializer[None]):
    """Why."""

    reason = serializers.CharField(max_length=500)
