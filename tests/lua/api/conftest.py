"""The Python side of Lua: ours, and lupa over LuaJIT where behaviour is to be the same."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

import pytest

MODULES = {"wrought": "wrought.lua", "lupa": "lupa.luajit21"}


@pytest.fixture(params=MODULES)
def either(request: pytest.FixtureRequest) -> ModuleType:
    """A module with LuaRuntime, LuaError and so on: each test runs with both."""
    return importlib.import_module(MODULES[request.param])


@pytest.fixture
def both(either: ModuleType) -> Any:
    """A runtime of each."""
    return either.LuaRuntime()


@pytest.fixture
def lua() -> Any:
    """A runtime of ours."""
    from wrought.lua import LuaRuntime

    return LuaRuntime()
