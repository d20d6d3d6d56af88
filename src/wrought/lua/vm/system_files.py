"""Files, over C's standard library: what `system` does not have."""

from __future__ import annotations

from wrought.lang.core.function import extern
from wrought.lang.core.scalars import Ptr, Void, f64, i32, i64, u8, u64

EOF: i32 = -1


@extern
def fgetc(stream: Ptr[Void]) -> i32: ...


@extern
def ungetc(byte: i32, stream: Ptr[Void]) -> i32: ...


@extern
def getdelim(line: Ptr[Ptr[u8] | None], size: Ptr[u64], delimiter: i32,
             stream: Ptr[Void]) -> i64: ...


@extern
def fscanf(stream: Ptr[Void], format: Ptr[u8], result: Ptr[f64]) -> i32: ...


@extern
def free(memory: Ptr[u8] | None) -> None: ...


@extern
def clearerr(stream: Ptr[Void]) -> None: ...


@extern
def ferror(stream: Ptr[Void]) -> i32: ...


@extern
def fseeko(stream: Ptr[Void], offset: i64, whence: i32) -> i32: ...


@extern
def ftello(stream: Ptr[Void]) -> i64: ...


@extern
def setvbuf(stream: Ptr[Void], buffer: Ptr[u8] | None, mode: i32, size: u64) -> i32: ...


@extern
def tmpfile() -> Ptr[Void] | None: ...


@extern
def popen(command: Ptr[u8], mode: Ptr[u8]) -> Ptr[Void] | None: ...


@extern
def pclose(stream: Ptr[Void]) -> i32: ...


@extern
def remove(name: Ptr[u8]) -> i32: ...


@extern
def rename(old: Ptr[u8], new: Ptr[u8]) -> i32: ...


@extern
def mkstemp(template: Ptr[u8]) -> i32: ...


@extern
def close(number: i32) -> i32: ...


@extern
def system(command: Ptr[u8] | None) -> i32: ...
