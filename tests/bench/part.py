"""One part of the bench in a process of its own: `python -m tests.bench.part NAME OPTIONS ANSWER`."""

import dataclasses
import importlib
import json
import sys
from pathlib import Path

import django


def main(name: str, options: str, answer: str) -> None:
    """Measure one part, named by its module, with the options given as a JSON object; write its figures to a file."""
    django.setup()
    figures = importlib.import_module(f"tests.bench.{name}").measure(**json.loads(options))
    Path(answer).write_text(json.dumps([dataclasses.asdict(figure) for figure in figures]))


if __name__ == "__main__":
    main(*sys.argv[1:])
