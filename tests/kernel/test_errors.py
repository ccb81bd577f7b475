from __future__ import annotations

import copy
import pickle

from exigible.kernel.errors import ExigibleError, Problem, Refused, UserMistake


def test_an_error_says_its_case_in_english() -> None:
    error = Refused("rate-not-set", "No rate is set for {half_year}.", half_year="2027 H1")
    assert str(error) == "No rate is set for 2027 H1."
    assert error.code == "rate-not-set"
    assert error.params == {"half_year": "2027 H1"}


def test_an_error_without_a_sentence_still_reads() -> None:
    assert str(UserMistake("bad-file")) == "Bad file."
    assert str(UserMistake("bad-file", name="a.csv")) == "Bad file (name: a.csv)."


def test_wording_an_error_never_raises_another() -> None:
    assert str(UserMistake("bad-file", "Where is {name}?")) == "Where is {name}?"


def test_refusals_and_mistakes_are_caught_as_one() -> None:
    assert issubclass(Refused, ExigibleError)
    assert issubclass(UserMistake, ExigibleError)


def test_an_error_survives_a_process_boundary() -> None:
    error = pickle.loads(pickle.dumps(UserMistake("bad-date", "“{found}” is no date.", found="x")))
    assert str(error) == "“x” is no date."
    assert error.params == {"found": "x"}


def test_a_problem_names_its_place_and_is_an_error_by_default() -> None:
    problem = Problem("bad-date", 12, "due_date", "31/02/2024", "date")
    assert problem.severity == "error"
    assert problem == copy.deepcopy(problem)
    assert len({problem, copy.deepcopy(problem)}) == 1
