"""England to plan for: networks as ``planning_instances`` makes them, meeting in national tenders and national money."""

from collections import Counter
from dataclasses import replace

from procurement.domain.planning.problem import PlanningProblem, RingFence
from tests.builders.planning_instances import network

_NATIONAL = ("CT", "MRI")
_APART = 100_000
"""By how much the ids of one network's machines, trusts and pools are apart from the next one's."""


def england(
    seed: int, *, networks: int = 24, assets: int = 12_000, horizon_years: int = 10
) -> PlanningProblem:
    """Return one problem of several networks; CT and MRI are bought nationally, and money for MRI is national.

    The machines are spread evenly over the networks. The same arguments give the same problem.
    """
    parts = [
        _moved(
            network(seed * 1000 + place, assets=assets // networks, horizon_years=horizon_years),
            place,
        )
        for place in range(1, networks + 1)
    ]
    first = parts[0]
    national = Counter[tuple[int, str]]()
    for part in parts:
        for ring in part.ring_fences:
            national[ring.year, ring.modality] += ring.amount_pence
    return replace(
        first,
        assets=tuple(asset for part in parts for asset in part.assets),
        trusts=tuple(trust for part in parts for trust in part.trusts),
        envelopes=tuple(envelope for part in parts for envelope in part.envelopes),
        pools=tuple(pool for part in parts for pool in part.pools),
        pool_envelopes=tuple(envelope for part in parts for envelope in part.pool_envelopes),
        ring_fences=tuple(
            RingFence(year, modality, amount) for (year, modality), amount in sorted(national.items())
        ),
        specifications=tuple(
            replace(spec, national=spec.modality in _NATIONAL) for spec in first.specifications
        ),
    )


def _moved(part: PlanningProblem, place: int) -> PlanningProblem:
    apart = place * _APART
    return replace(
        part,
        assets=tuple(
            replace(a, asset_id=a.asset_id + apart, trust_id=a.trust_id + apart, site_id=a.site_id + apart)
            for a in part.assets
        ),
        trusts=tuple(
            replace(
                t, trust_id=t.trust_id + apart, name=f"Network {place}, {t.name.lower()}", network_id=place
            )
            for t in part.trusts
        ),
        envelopes=tuple(replace(e, trust_id=e.trust_id + apart) for e in part.envelopes),
        pools=tuple(
            replace(
                p,
                pool_id=p.pool_id + apart,
                name=f"Network {place}",
                trust_ids=tuple(t + apart for t in p.trust_ids),
            )
            for p in part.pools
        ),
        pool_envelopes=tuple(replace(e, pool_id=e.pool_id + apart) for e in part.pool_envelopes),
    )
