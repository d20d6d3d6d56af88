"""The functions of C's mathematical library: programs link `m`."""

from __future__ import annotations

from wrought.lang.core.function import extern
from wrought.lang.core.scalars import Ptr, f64, i32


@extern
def sin(x: f64) -> f64: ...


@extern
def cos(x: f64) -> f64: ...


@extern
def tan(x: f64) -> f64: ...


@extern
def asin(x: f64) -> f64: ...


@extern
def acos(x: f64) -> f64: ...


@extern
def atan(x: f64) -> f64: ...


@extern
def sinh(x: f64) -> f64: ...


@extern
def cosh(x: f64) -> f64: ...


@extern
def tanh(x: f64) -> f64: ...


@extern
def exp(x: f64) -> f64: ...


@extern
def log(x: f64) -> f64: ...


@extern
def log2(x: f64) -> f64: ...


@extern
def log10(x: f64) -> f64: ...


@extern
def pow(x: f64, y: f64) -> f64: ...


@extern
def fmod(x: f64, y: f64) -> f64: ...


@extern
def atan2(y: f64, x: f64) -> f64: ...


@extern
def ldexp(x: f64, exponent: i32) -> f64: ...


@extern
def frexp(x: f64, exponent: Ptr[i32]) -> f64: ...


@extern
def modf(x: f64, whole: Ptr[f64]) -> f64: ...
