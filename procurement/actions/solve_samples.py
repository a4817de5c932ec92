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
            seconds=sample.seconds,
            stage=sample.stage,
            best=sample.best,
            bound=sample.bound,
            gap=sample.gap,
        )
        for sample in samples
    )
