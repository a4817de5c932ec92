"""The bench itself, small and once: that it still runs, and that its lines say what they promise."""

import json
import os
import subprocess
import sys

import pytest

from tests.bench.__main__ import ROOT
from tests.bench.figures import counted, measured

ALWAYS = {"name", "value", "unit", "min", "max", "runs"}
PEER = {"peer", "peer_value", "ratio"}


@pytest.mark.skipif(
    "DATABASE_URL" in os.environ, reason="the bench makes its own SQLite database, whatever the tests run on"
)
def test_each_line_is_one_measurement():
    printed = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--tiny"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert printed.returncode == 0, printed.stderr
    lines = [json.loads(line) for line in printed.stdout.splitlines()]
    for line in lines:
        assert set(line) - PEER == ALWAYS
        assert set(line) & PEER in (set(), PEER)
        assert line["name"]
        assert line["unit"]
        assert line["min"] <= line["value"] <= line["max"]
        assert line["runs"] >= 1
    names = [line["name"] for line in lines]
    assert len(names) == len(set(names))
    for measure in (
        "import of",
        "equipment list",
        "fleet age",
        "plan",
        "capital plan as PDF",
        "tender bundle",
        "export as CSV",
        "list of",
        "Django admin",
    ):
        assert any(name.startswith(measure) for name in names), measure
    beside = {line["name"]: line for line in lines if "peer" in line}
    assert beside["plan: risk-weighted exposure"]["peer"].startswith("oldest first")


def test_a_figure_is_the_median_with_its_spread_and_its_peer():
    figure = measured("page", [0.5, 0.3, 0.4], "s").beside("small page", 0.2)
    assert json.loads(figure.line()) == {
        "name": "page",
        "value": 0.4,
        "unit": "s",
        "min": 0.3,
        "max": 0.5,
        "runs": 3,
        "peer": "small page",
        "peer_value": 0.2,
        "ratio": 2.0,
    }


def test_there_is_no_ratio_to_nothing():
    line = json.loads(counted("breaches", 3, "pins").beside("before", 0).line())
    assert (line["peer_value"], line["ratio"]) == (0, None)
