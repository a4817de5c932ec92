"""Two runs at once: results in order, and an end to both when one is asked for."""

import threading

import pytest

from procurement.domain.planning.side_by_side import side_by_side


def until_stopped(should_stop):
    for _ in range(400):
        if should_stop():
            return "stopped"
        threading.Event().wait(0.02)
    return "never told"


def test_results_come_in_the_order_of_the_jobs():
    first_may_end = threading.Event()

    def first(_):
        return first_may_end.wait(5) and "first"

    def second(_):
        first_may_end.set()
        return "second"

    assert side_by_side([first, second], lambda: False) == ["first", "second"]


def test_a_wish_to_stop_reaches_every_job_and_is_asked_in_the_callers_thread():
    asked = []

    def should_stop():
        asked.append(threading.current_thread())
        return True

    assert side_by_side([until_stopped, until_stopped], should_stop) == ["stopped", "stopped"]
    assert set(asked) == {threading.current_thread()}


def test_what_the_question_raises_ends_the_jobs_and_is_raised():
    ended = []

    def job(should_stop):
        ended.append(until_stopped(should_stop))

    def broken():
        raise ConnectionError("no database")

    with pytest.raises(ConnectionError, match="no database"):
        side_by_side([job, job], broken)
    assert ended == ["stopped", "stopped"]


def test_what_a_job_raises_ends_the_other_and_is_raised():
    ended = []

    def fails(_):
        raise ArithmeticError("solver")

    def other(should_stop):
        ended.append(until_stopped(should_stop))

    with pytest.raises(ArithmeticError, match="solver"):
        side_by_side([fails, other], lambda: False)
    assert ended == ["stopped"]
