"""Machines as the API reads and writes them: codes instead of row numbers, money in pence, ages worked out."""

from datetime import date
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assets.domain.ageing import Band
from assets.domain.vocabulary import Condition, Modality, Precision, Status
from assets.models import Asset, Specification
from assets.queries.assets import AgedAsset, aged
from networks.domain.organisations import Kind
from networks.models import Organisation


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
    location = serializers.CharField(
        default="", allow_blank=True, max_length=100, help_text="Room, in the trust's own words"
    )
    asset_tag = serializers.CharField(
        default="", allow_blank=True, max_length=60, help_text="The trust's own number for it"
    )
    modality = serializers.ChoiceField(choices=[(m.value, m.label) for m in Modality])
    specification_id = serializers.IntegerField(read_only=True, help_text="Its id, for the list's filter")
    specification = serializers.SlugRelatedField(
        slug_field="code",
        queryset=Specification.objects.all(),
        help_text="Code of the standard specification it would be replaced by",
    )
    specification_name = serializers.CharField(source="specification.name", read_only=True)
    manufacturer = serializers.CharField(default="", allow_blank=True, max_length=100)
    model_name = serializers.CharField(default="", allow_blank=True, max_length=120)
    serial_number = serializers.CharField(default="", allow_blank=True, max_length=80)
    year_of_manufacture = serializers.IntegerField(default=None, allow_null=True)
    installed_on = serializers.DateField(
        default=None, allow_null=True, help_text="The first day that what is known allows"
    )
    installed_precision = serializers.ChoiceField(
        choices=[(p.value, p.label) for p in Precision],
        required=False,
        allow_blank=True,
        help_text="How much of installed_on is known; D unless told, empty without a date",
    )
    support_ends_on = serializers.DateField(
        default=None, allow_null=True, help_text="The last day on which the maker supports it"
    )
    condition = serializers.ChoiceField(
        choices=[(c.value, c.label) for c in Condition], default="", allow_blank=True
    )
    examinations_per_year = serializers.IntegerField(default=None, allow_null=True)
    price_paid_pence = serializers.IntegerField(
        default=None, allow_null=True, help_text="Ex VAT, without building works"
    )
    status = serializers.ChoiceField(
        choices=[(s.value, s.label) for s in Status],
        required=False,
        help_text="Retiring and bringing back have addresses of their own",
    )
    notes = serializers.CharField(default="", allow_blank=True, max_length=4000)
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
            "site",
            "site_name",
            "location",
            "asset_tag",
            "modality",
            "specification_id",
            "specification",
            "specification_name",
            "manufacturer",
            "model_name",
            "serial_number",
            "year_of_manufacture",
            "installed_on",
            "installed_precision",
            "support_ends_on",
            "condition",
            "examinations_per_year",
            "price_paid_pence",
            "status",
            "retired_on",
            "notes",
            "as_at",
            "in_fleet",
            "age_years",
            "age_is_about",
            "age_band",
            "over_7",
            "over_10",
            "reason",
        )
        read_only_fields = ("retired_on",)
        # The actions tell which machine has the number already; the serializer's own check could not.
        validators: tuple[Any, ...] = ()

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
        if not {"installed_on", "installed_precision"} & set(attrs):
            return attrs
        standing = self.instance if isinstance(self.instance, Asset) else None
        day = attrs.get("installed_on", standing.installed_on if standing else None)
        precision = attrs.get("installed_precision") or (Precision.DAY.value if day else "")
        if day is None and precision:
            raise serializers.ValidationError(
                {"installed_precision": ["There is no installed_on that it could be the precision of."]}
            )
        if day is not None:
            day = day if precision == Precision.DAY else day.replace(day=1)
            day = day.replace(month=1) if precision == Precision.YEAR else day
        return attrs | {"installed_on": day, "installed_precision": precision}


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
