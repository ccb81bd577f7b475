"""The order of a tour's stops, by the routing solver of OR-tools.

The solver keeps the interpreter to itself while it works, so a search that uses up its second would stop the
site for all. It is given several first orders instead, each improved until nothing helps any more: hundredths
of a second for sixty stops, and the order is the best of them, not proven the best there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from exigible.visits.rules import MINUTES_A_DAY, Point, StopFacts, Terms, metres_between, minutes_for

MILLISECONDS: Final = 250
"""At most, for each of the first orders: a second in all."""
METRES_A_MINUTE_LATE: Final = 100_000
"""A minute after closing weighs as much as 100 km: a window is missed only where it cannot be met."""
FIRST_ORDERS: Final = ("PATH_CHEAPEST_ARC", "SAVINGS", "PARALLEL_CHEAPEST_INSERTION", "LOCAL_CHEAPEST_ARC")


def best_order(
    start: Point, stops: Sequence[StopFacts], terms: Terms, starts_at: int, *, returns: bool
) -> list[int]:
    """The keys of the stops in the shortest order found that keeps to their hours where that can be.

    Every stop has a place. With `returns` the way back to the start counts.
    """
    if not stops:
        return []
    found = [_solve(start, stops, terms, starts_at, returns, first) for first in FIRST_ORDERS]
    _cost, nodes = min(order for order in found if order is not None)
    return [stops[node - 1].key for node in nodes]


def _solve(
    start: Point, stops: Sequence[StopFacts], terms: Terms, starts_at: int, returns: bool, first: str
) -> tuple[int, list[int]] | None:
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2  # takes a tenth of a second to load

    manager = pywrapcp.RoutingIndexManager(len(stops) + 1, 1, 0)
    model = pywrapcp.RoutingModel(manager)
    metres = _metres(start, stops, terms, returns)
    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitMatrix(metres))
    if any(stop.opens is not None or stop.closes is not None for stop in stops):
        _add_hours(model, manager, metres, stops, terms, starts_at)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.Value.Value(first)
    parameters.time_limit.FromMilliseconds(MILLISECONDS)
    solution = model.SolveWithParameters(parameters)
    return (solution.ObjectiveValue(), _nodes(model, manager, solution)) if solution else None


def _metres(start: Point, stops: Sequence[StopFacts], terms: Terms, returns: bool) -> list[list[int]]:
    """The ways between all places, the start first; without return the way back to it costs nothing."""
    points = [start, *(stop.point for stop in stops if stop.point is not None)]
    ways = [[metres_between(here, there, terms) for there in points] for here in points]
    return ways if returns else [[0, *row[1:]] for row in ways]


def _add_hours(
    model: Any,
    manager: Any,
    metres: list[list[int]],
    stops: Sequence[StopFacts],
    terms: Terms,
    starts_at: int,
) -> None:
    """The time of day along the way: one may wait for opening, and pays for each minute past closing."""
    at_stop = terms.minutes_at_stop
    minutes = [
        [minutes_for(way, terms) + (at_stop if here else 0) for way in row] for here, row in enumerate(metres)
    ]
    horizon = starts_at + MINUTES_A_DAY + sum(max(row) for row in minutes)
    model.AddDimension(model.RegisterTransitMatrix(minutes), MINUTES_A_DAY, horizon, False, "time")
    clock = model.GetDimensionOrDie("time")
    clock.CumulVar(model.Start(0)).SetValue(starts_at)
    clock.SetGlobalSpanCostCoefficient(terms.speed_kmh * 1000 // 60)  # a minute of waiting: a minute's way
    for node, stop in enumerate(stops, start=1):
        index = manager.NodeToIndex(node)
        if stop.opens is not None:
            clock.CumulVar(index).SetMin(stop.opens)
        if stop.closes is not None:
            latest = max(0, stop.closes - at_stop)
            clock.SetCumulVarSoftUpperBound(index, latest, METRES_A_MINUTE_LATE)


def _nodes(model: Any, manager: Any, solution: Any) -> list[int]:
    nodes, index = [], solution.Value(model.NextVar(model.Start(0)))
    while not model.IsEnd(index):
        nodes.append(manager.IndexToNode(index))
        index = solution.Value(model.NextVar(index))
    return nodes
