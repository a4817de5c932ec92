"""Keeping a run's way to its plan while it is under way."""

from collections.abc import Iterable

from networks.models import Run
from procurement.domain.solve_curve import Sample
from procurement.models import SolveSample


def keep_samples(run: Run, samples: Iterable[Sample]) -> None:
    """Write moments of a run as the planner reports them. The run's own end records what came of it."""
    SolveSample.objects.bulk_create(
        SolveSample(
            run=run,
            after_ms=round(sample.seconds * 1000),
            stage=sample.stage,
            best=None if sample.best is None else round(sample.best),
            bound=None if sample.bound is None else round(sample.bound),
        )
        for sample in samples
    )
