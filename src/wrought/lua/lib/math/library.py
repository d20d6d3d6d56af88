"""What the mathematical library has."""

from __future__ import annotations

import math

from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr
from wrought.lua.lib.math import functions as f
from wrought.lua.lib.math.random import math_random, math_randomseed
from wrought.lua.lib.registry import library, open_library
from wrought.lua.vm.objects import Vm
from wrought.lua.vm.random import seed

MATH = library("math", [
    ("abs", f.math_abs), ("floor", f.math_floor), ("ceil", f.math_ceil), ("sqrt", f.math_sqrt),
    ("log10", f.math_log10), ("exp", f.math_exp), ("sin", f.math_sin), ("cos", f.math_cos),
    ("tan", f.math_tan), ("asin", f.math_asin), ("acos", f.math_acos), ("atan", f.math_atan),
    ("sinh", f.math_sinh), ("cosh", f.math_cosh), ("tanh", f.math_tanh),
    ("frexp", f.math_frexp), ("modf", f.math_modf), ("log", f.math_log),
    ("atan2", f.math_atan2), ("pow", f.math_pow), ("fmod", f.math_fmod),
    ("ldexp", f.math_ldexp), ("min", f.math_min), ("max", f.math_max), ("deg", f.math_deg),
    ("rad", f.math_rad), ("random", math_random), ("randomseed", math_randomseed),
    ("pi", math.pi), ("huge", math.inf)])


@fn
def open_math(vm: Ptr[Vm]) -> None:
    """Put the library into a new state, and begin its random numbers."""
    seed(vm, 0)
    open_library(vm, b"math", MATH.open)
