"""The reference interpreter: one file per op family, and the meaning of the IR in one place."""

from __future__ import annotations

from .engine import Interpreter
from .errors import InterpError, Panic, ProgramExit, StepLimit
from .machine import Machine, RecordingMachine

__all__ = ["InterpError", "Interpreter", "Machine", "Panic", "ProgramExit", "RecordingMachine",
           "StepLimit"]
