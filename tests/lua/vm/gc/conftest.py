"""A fresh heap for each test, all of whose memory goes back at the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lua.vm.gc import heap
from lua.vm.gc.heap import Vm


@pytest.fixture
def vm() -> Iterator[Vm]:
    made = heap.new_heap()
    yield made
    heap.drop_heap(made)
