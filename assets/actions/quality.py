"""Saying that a machine's facts were compared with the machine."""

from datetime import date

from assets.actions.assets import correct_asset
from assets.models import Asset
from networks.domain.access import Actor

REASON = "Its facts were checked and found right"
_LONGEST_NAME = 100


def confirm_facts(*, by: Actor, asset: Asset, version: int, on: date) -> Asset:
    """Record that whoever acts has checked a machine's facts on a day, and return it as it then stands.

    Raises NotAllowed without EDIT_ASSETS for its trust, Conflict where somebody has changed it since `version`, Invalid.
    """
    values = {"verified_on": on, "verified_by": by.name[:_LONGEST_NAME]}
    return correct_asset(by=by, asset=asset, values=values, version=version, reason=REASON)
