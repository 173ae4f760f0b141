"""A closed loop: each client asks, waits for the whole answer, and asks again."""

from __future__ import annotations

import multiprocessing
import statistics
import time
from dataclasses import dataclass
from http.client import HTTPConnection
from multiprocessing.pool import Pool

from bench.site import HOST

WARM_UP_REQUESTS = 5


@dataclass(frozen=True, slots=True)
class Figures:
    """What one path answered to so many clients at once. Times in milliseconds."""

    path: str
    clients: int
    requests: int
    seconds: float
    p50: float
    p95: float
    size: int

    @property
    def rate(self) -> float:
        return self.requests / self.seconds

    def line(self, floor: Figures | None = None) -> str:
        told = (
            f"{self.clients:>3} clients {self.rate:>8.0f} req/s "
            f"p50 {self.p50:>7.2f} ms  p95 {self.p95:>7.2f} ms  {self.size:>7} bytes"
        )
        return f"{told}  {floor.rate / self.rate:>6.1f} x the floor" if floor else told


class UnexpectedAnswerError(Exception):
    """The page did not answer 200: its figures would mean nothing."""


def _one_client(port: int, path: str, seconds: float) -> tuple[list[float], int]:
    connection = HTTPConnection(HOST, port, timeout=30)
    took: list[float] = []
    size = 0
    end = float("inf")
    while time.perf_counter() < end:
        began = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        size = len(answer.read())
        took.append(time.perf_counter() - began)
        if answer.status != 200:
            raise UnexpectedAnswerError(f"{path} answered {answer.status}")
        if len(took) == WARM_UP_REQUESTS and end == float("inf"):
            took.clear()
            end = time.perf_counter() + seconds
    connection.close()
    return took, size


def measure(port: int, path: str, *, clients: int, seconds: float) -> Figures:
    """Each client is a process, so that clients do not wait for each other's interpreter."""
    with multiprocessing.get_context("spawn").Pool(clients) as pool:
        results = _run(pool, port, path, clients, seconds)
    took = sorted(value * 1000 for times, _size in results for value in times)
    cuts = statistics.quantiles(took, n=100, method="inclusive")
    return Figures(path, clients, len(took), seconds, cuts[49], cuts[94], results[0][1])


def _run(
    pool: Pool, port: int, path: str, clients: int, seconds: float
) -> list[tuple[list[float], int]]:
    return pool.starmap(_one_client, [(port, path, seconds)] * clients, chunksize=1)
