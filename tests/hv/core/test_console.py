"""The console's lock: a CPU that dies with it can still say so."""

from __future__ import annotations

import threading

import pytest

from wrought.hv.core import console
from wrought.hv.fake import console as fake_console
from wrought.hv.fake import cpu


@pytest.fixture(autouse=True)
def first_cpu():
    fake_console.sent_bytes.set(0)
    yield
    cpu.current.set(0)


def test_a_message_in_the_middle_of_a_line():
    """A panic in there must not wait for itself."""
    cpu.current.set(1)
    assert console.enter()
    console.log(b"dying\n")
    assert bytes(fake_console.sent.get()[:fake_console.sent_bytes.get()]) == b"(wrought) dying\n"
    assert not console.enter()
    console.leave()
    assert console.enter()
    console.leave()


def test_another_cpu_waits():
    assert console.enter()
    cpu.current.set(1)
    done = threading.Event()
    other = threading.Thread(target=lambda: (console.enter(), done.set()))
    other.start()
    assert not done.wait(0.2)
    cpu.current.set(0)
    console.leave()
    assert done.wait(5)
    other.join()
    console.leave()
