"""The hash of strings: every byte and the length count, the seeds keep floods away."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable

import pytest

from wrought.lua.vm.string_hash import SEED, SEED2, hash_bytes

SEEDS = (0x0123_4567_89AB_CDEF, 0x1F83_D9AB_FB41_BD6B)
BUCKETS = 1024


def spread(texts: Iterable[bytes], seeds: tuple[int, int]) -> float:
    """Chi-squared of the low bits over buckets, per degree of freedom: about 1 for random ones."""
    counts = Counter(hash_bytes(t, *seeds) % BUCKETS for t in texts)
    expected = sum(counts.values()) / BUCKETS
    return sum((counts[b] - expected) ** 2 for b in range(BUCKETS)) / expected / (BUCKETS - 1)


FAMILIES: dict[str, Callable[[int], bytes]] = {
    "numbers": lambda n: b"%d" % n,
    "padded": lambda n: b"%08d" % n,
    "names": lambda n: b"field_%d" % n,
    "prefixed": lambda n: b"a long common beginning of keys:%d" % n,
    "suffixed": lambda n: b"%d: a long common end of all the keys" % n,
    "binary": lambda n: n.to_bytes(8, "little"),
    "high": lambda n: (n << 50).to_bytes(8, "little"),
    "repeated": lambda n: bytes([n & 0xFF]) * ((n >> 8) + 1),
    "middle": lambda n: b"x" * 30 + n.to_bytes(2, "little") + b"x" * 60,
}


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seeds", [SEEDS, (SEED ^ 1, SEED2 ^ 2), (SEED, SEED2)])
def test_keys_of_programs_are_spread(family: str, seeds: tuple[int, int]):
    assert 0.8 < spread(map(FAMILIES[family], range(1, 8193)), seeds) < 1.2


@pytest.mark.parametrize("n", [*range(1, 36), 63, 64, 65, 100])
def test_every_bit_counts(n: int):
    """Flipping any bit of a text changes half of the hash's bits on average."""
    rng = random.Random(n)
    data = rng.randbytes(n)
    whole = hash_bytes(data, *SEEDS)
    flips = []
    for bit in range(8 * n):
        other = bytearray(data)
        other[bit // 8] ^= 1 << bit % 8
        flips.append((hash_bytes(bytes(other), *SEEDS) ^ whole).bit_count())
    assert min(flips) > 2 and 13 < sum(flips) / len(flips) < 19


def test_the_length_counts():
    for unit in (b"\0", b"a", b"ab"):
        hashes = {hash_bytes(unit * n, *SEEDS) for n in range(200)}
        assert len(hashes) == 200


def test_keys_that_collide_under_one_seed_do_not_under_another():
    """A flood: thousands of texts chosen for one bucket, then hashed by a state of other seeds."""
    rng = random.Random(5)
    texts = (rng.randbytes(rng.choice((6, 12, 24, 70))) for _ in range(60_000))
    flood = [t for t in texts if hash_bytes(t, *SEEDS) % 64 == 0]
    assert len(flood) > 800
    for seeds in [(SEEDS[0] + 1, SEEDS[1]), (SEEDS[0], SEEDS[1] ^ 1 << 63), (99, 1 << 40)]:
        counts = Counter(hash_bytes(t, *seeds) % 64 for t in flood)
        assert max(counts.values()) < 40 and len(counts) == 64
