"""Memory orderings of atomic operations."""

from __future__ import annotations

import enum


class Order(enum.Enum):
    """C11's orderings; every atomic access names one."""

    RELAXED = "relaxed"
    ACQUIRE = "acquire"
    RELEASE = "release"
    ACQ_REL = "acq_rel"
    SEQ_CST = "seq_cst"
