"""The child process that runs LLVM: text in, object out.

LLVM ends the process on an internal error, so it must not run in the user's.  A request on
standard input is two lengths (u32, little endian), the CPU name and the text; the answer on
standard output is a status byte (0: object, 1: message), a length (u32) and the bytes.
"""

from __future__ import annotations

import struct
import sys
from typing import Any, BinaryIO

REQUEST = struct.Struct("<II")
ANSWER = struct.Struct("<BI")

OPT_LEVEL = 2


def _binding() -> Any:
    """llvmlite, which has no types; imported late, as loading it takes a while."""
    import llvmlite.binding as llvm  # pyright: ignore[reportMissingTypeStubs]

    return llvm


def target_machine(cpu: str) -> Any:
    """LLVM's code generator for this machine's own architecture, position independent."""
    llvm = _binding()
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    llvm.initialize_native_asmparser()
    target = llvm.Target.from_default_triple()
    return target.create_target_machine(cpu=cpu, opt=OPT_LEVEL, reloc="pic", codemodel="default")


def compile_text(text: str, machine: Any) -> bytes:
    """Parse, verify, optimise at O2, and emit an object.  Raises `RuntimeError`."""
    llvm = _binding()
    context = llvm.create_context()
    module = llvm.parse_assembly(text, context)
    module.verify()
    tuning = llvm.create_pipeline_tuning_options(speed_level=OPT_LEVEL)
    passes = llvm.create_pass_builder(machine, tuning)
    passes.getModulePassManager().run(module, passes)
    return machine.emit_object(module)


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answer requests until the input ends."""
    machines: dict[str, Any] = {}
    while len(head := source.read(REQUEST.size)) == REQUEST.size:
        cpu_size, text_size = REQUEST.unpack(head)
        cpu, text = source.read(cpu_size).decode(), source.read(text_size).decode()
        try:
            if cpu not in machines:
                machines[cpu] = target_machine(cpu)
            status, body = 0, compile_text(text, machines[cpu])
        except RuntimeError as error:
            status, body = 1, str(error).encode()
        sink.write(ANSWER.pack(status, len(body)) + body)
        sink.flush()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
