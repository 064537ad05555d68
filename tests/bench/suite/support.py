"""What the suite's tests share."""

from suite.descriptions import Contestant, Test
from suite.figures import Round, Standing
from suite.rounds import Plan, Result

LATENCY = {"p50": 100.0, "p90": 200.0, "p99": 900.0, "p99.9": 2500.0, "max": 7300.0}


def a_test(**changes):
    described = {"name": "greeting", "answer": "plaintext", "path": "/plaintext", "content_type": "text/plain"}
    return Test(**{**described, "body": "Hello, World!", "connections": 8, **changes})


def a_contestant(**changes):
    described = {"name": "other", "role": "peer", "about": "", "serves": ["plaintext"], "start": ["server"]}
    return Contestant(**{**described, **changes})


def a_round(**changes):
    measured = {"requests": 1000, "seconds": 0.5, "cpu_seconds": 0.004, "errors": 0, "memory_bytes": 3 * 2**20}
    return Round(**{**measured, "latency_us": LATENCY, **changes})


def a_result(**rounds_of):
    """A result of a service and of peers, from their rounds by name."""
    result = Result(a_test(), "load", Plan(2, 0.5))
    for name, rounds in rounds_of.items():
        role = "service" if name == "candela" else "floor" if name == "floor" else "peer"
        result.standings.append(Standing(name, role, rounds))
    return result
