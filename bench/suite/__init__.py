"""The benchmark suite: servers side by side under the same load.

descriptions   what is measured, read from tests.toml, techempower.toml and peers/NAME/peer.toml
contestant     what a description needs on this machine: is it installed, built, and how is it started
server         a started contestant; processes: its processor time and memory
equivalence    whether its answers are the ones that everybody must give
generators     the load: bench/load and wrk
rounds         the interleaved rounds of a test; figures: what they come to
techempower    the seven tests at all their levels
database       a PostgreSQL for the tests that need one; programs: bench/compare and bench/instructions
run            all of it in its order; results, terminal, report, plots: what is left for the reader
"""
