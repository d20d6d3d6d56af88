"""Kernels over numbers: floats, matrices, sorting, bit maps."""

from __future__ import annotations

from wrought.lang.core.function import export, fn
from wrought.lang.core.intrinsics import bitcast, count_trailing_zeros
from wrought.lang.core.scalars import Slice, f64, u32, u64


@export
@fn
def float_loop(size: u64) -> u64:
    """Points of a `size` by `size` grid inside Mandelbrot's set, 50 steps each."""
    inside: u64 = 0
    for row in range(size):
        for column in range(size):
            x0 = f64(column) * 3.0 / f64(size) - 2.0
            y0 = f64(row) * 2.0 / f64(size) - 1.0
            x: f64 = 0.0
            y: f64 = 0.0
            step: u64 = 0
            while step < 50 and x * x + y * y <= 4.0:
                next_x = x * x - y * y + x0
                y = 2.0 * x * y + y0
                x = next_x
                step += 1
            if step == 50:
                inside += 1
    return inside


@export
@fn
def matrix_multiply(c: Slice[f64], a: Slice[f64], b: Slice[f64], n: u64) -> u64:
    """c += a b for n by n matrices in row order; the bits of its last element."""
    for i in range(n):
        out = c[i * n:i * n + n]
        for k, factor in enumerate(a[i * n:i * n + n]):
            for j, value in enumerate(b[k * n:k * n + n]):
                out[j] += factor * value
    return bitcast(u64, c[n * n - 1])


@export
@fn
def insertion_sort(items: Slice[u32]) -> u64:
    """The plain one; an item from the middle."""
    for i in range(1, len(items)):
        item = items[i]
        j = i
        while j > 0 and items[j - 1] > item:
            items[j] = items[j - 1]
            j -= 1
        items[j] = item
    return items[len(items) // 2]


@fn
def sift(heap: Slice[u32], start: u64) -> None:
    """Let the item at `start` sink."""
    item = heap[start]
    hole = start
    child = 2 * start + 1
    while child < len(heap):
        larger = heap[child]
        if child + 1 < len(heap) and heap[child + 1] > larger:
            child += 1
            larger = heap[child]
        if item >= larger:
            break
        heap[hole] = larger
        hole = child
        child = 2 * hole + 1
    heap[hole] = item


@export
@fn
def heap_sort(items: Slice[u32]) -> u64:
    """Williams's; an item from the middle."""
    half = len(items) // 2
    for i in range(half):
        sift(items, half - 1 - i)
    for i in range(1, len(items)):
        end = len(items) - i
        largest = items[0]
        items[0] = items[end]
        items[end] = largest
        sift(items[:end], 0)
    return items[half]


@export
@fn
def bitmap(maps: Slice[u64]) -> u64:
    """The sum of the numbers of all bits that are set."""
    total: u64 = 0
    for i, word in enumerate(maps):
        rest = word
        while rest != 0:
            total += i * 64 + count_trailing_zeros(rest)
            rest &= rest - 1
    return total
