"""A load of many clients on loopback, light enough to leave the machine to the server it measures."""

import socket
import statistics
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from time import perf_counter
from urllib.parse import urlencode

PROCESSES = 2


@dataclass(frozen=True, slots=True)
class Load:
    """What a load met with: seconds in all, seconds per request, and how many answers were not as expected."""

    seconds: float
    latencies: list[float]
    errors: int

    @property
    def rate(self) -> float:
        """Good answers per second."""
        return (len(self.latencies) - self.errors) / self.seconds

    @property
    def p99(self) -> float:
        """The latency in milliseconds that 99 of 100 requests stay under."""
        return statistics.quantiles(self.latencies, n=100)[98] * 1000


def get(path: str, **headers: str) -> bytes:
    """Write a request for a page."""
    return _request("GET", path, headers, b"")


def post(path: str, fields: dict[str, str], **headers: str) -> bytes:
    """Write a request that sends a form."""
    body = urlencode(fields).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
    return _request("POST", path, kind | headers, body)


def _request(method: str, path: str, headers: dict[str, str], body: bytes) -> bytes:
    lines = {"Host": "localhost", "Connection": "close", "Accept-Encoding": "gzip"} | headers
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def fetch(port: int, request: bytes) -> bytes:
    """Send a request over a connection of its own and return the whole answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def run(port: int, requests: Sequence[bytes], status: int, clients: int = 16) -> Load:
    """Send every request once, from so many clients at a time, and expect one status."""
    share = clients // PROCESSES
    with ProcessPoolExecutor(PROCESSES) as pool:
        list(pool.map(_warm, range(PROCESSES)))
        start = perf_counter()
        parts = list(
            pool.map(
                _clients,
                [port] * PROCESSES,
                [requests[number::PROCESSES] for number in range(PROCESSES)],
                [status] * PROCESSES,
                [share] * PROCESSES,
            )
        )
        seconds = perf_counter() - start
    latencies = [latency for part, _errors in parts for latency in part]
    return Load(seconds, latencies, sum(errors for _part, errors in parts))


def _warm(_number: int) -> None:
    """Let a process of the pool start before the clock does."""


def _clients(port: int, requests: Sequence[bytes], status: int, clients: int) -> tuple[list[float], int]:
    waiting, lock = iter(requests), Lock()
    with ThreadPoolExecutor(clients) as pool:
        parts = list(pool.map(lambda _: _client(port, _shared(waiting, lock), status), range(clients)))
    return [latency for part, _errors in parts for latency in part], sum(errors for _part, errors in parts)


def _shared(waiting: Iterator[bytes], lock: Lock) -> Iterator[bytes]:
    while True:
        with lock:
            request = next(waiting, None)
        if request is None:
            return
        yield request


def _client(port: int, requests: Iterator[bytes], status: int) -> tuple[list[float], int]:
    expected, latencies, errors = f"HTTP/1.1 {status} ".encode(), [], 0
    for request in requests:
        start = perf_counter()
        try:
            good = fetch(port, request).startswith(expected)
        except OSError:
            good = False
        latencies.append(perf_counter() - start)
        errors += not good
    return latencies, errors
