"""Differential fuzzing of our Lua: `PYTHONPATH=src:tests python -m lua.fuzz --count 10000`.

Exit code 0 where everything agrees, 1 where something differs, 2 where an engine is missing.
"""

from __future__ import annotations

import argparse
import sys

from lua.engines import TARGETS, Engine, Missing, oracle, ours
from lua.fuzz.compare import differ, difference, differing
from lua.fuzz.generate import batch, generate
from lua.fuzz.shrink import shrink
from lua.fuzz.syntax import disagreements


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m lua.fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--count", type=int, default=1000, help="how many seeds")
    parser.add_argument("--target", choices=TARGETS, default=TARGETS[0])
    parser.add_argument("--stress", action="store_true", help="collect at every allocation")
    parser.add_argument("--syntax", action="store_true", help="broken texts instead of programs")
    parser.add_argument("--show", action="store_true", help="print the programs, run nothing")
    parser.add_argument("--failures", type=int, default=5, help="stop after that many")
    return parser.parse_args()


def programs(tested: Engine, options: argparse.Namespace) -> int:
    """Compares generated programs; prints each that differs, shrunk.  How many differ."""
    bad = 0
    for start in range(options.seed, options.seed + options.count, 200):
        seeds = range(start, min(start + 200, options.seed + options.count))
        for program in differing(tested, oracle(), [generate(seed) for seed in seeds]):
            small = shrink(program, lambda p: differ(tested, oracle(), p))
            print(difference(tested, oracle(), small), end="\n\n", flush=True)
            bad += 1
            if bad >= options.failures:
                return bad
    return bad


def texts(tested: Engine, options: argparse.Namespace) -> int:
    """Compares what the engines say of broken texts; prints each that differs.  How many do."""
    bad = 0
    for seed in range(options.seed, options.seed + options.count):
        for found in disagreements(tested, oracle(), seed):
            print(found, end="\n\n", flush=True)
            bad += 1
            if bad >= options.failures:
                return bad
    return bad


def main() -> int:
    """Runs what the command line asks for."""
    options = arguments()
    if options.show:
        print(batch(generate(s) for s in range(options.seed, options.seed + options.count)))
        return 0
    try:
        tested = ours(options.target, options.stress)
        bad = (texts if options.syntax else programs)(tested, options)
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 2
    print(f"{options.count} seeds from {options.seed}: {bad or 'nothing'} differs")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
