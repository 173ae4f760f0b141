"""The floor: the answer of the same server that asks nothing and builds no page.

Every other benchmark prints how many times dearer it is than this, measured in the same run.
"""

from __future__ import annotations

from bench.load import Figures, measure
from bench.site import environment, manage, serving

PATH = "/healthz"
CLIENTS = (1, 8)
SECONDS = 2.0


def measure_floor(port: int) -> dict[int, Figures]:
    """By the number of clients."""
    return {clients: measure(port, PATH, clients=clients, seconds=SECONDS) for clients in CLIENTS}


def main() -> None:
    with environment() as settings:
        manage(settings, "prepare_site")
        with serving(settings) as site:
            for figures in measure_floor(site.port).values():
                print(f"{PATH} {figures.line()}")
            print(f"peak memory of the server {site.peak_memory() / 2**20:.0f} MiB")


if __name__ == "__main__":
    main()
