"""`wrought compile`: a Python file of compiled functions to an object file, program or image."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import click

from wrought.cli.number import Number64
from wrought.errors import WroughtError

DUMPS = ("front", "ir", "llvm", "asm", "lines")
"""What `--dump` shows, from the source to the machine."""
KINDS = ("executable", "shared", "object", "elf", "image")


class UsageError(WroughtError):
    """The command line and the file do not fit together."""


@click.command("compile")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("-o", "--output", type=click.Path(), help="Where the result goes.")
@click.option("-t", "--target", help="x86_64-linux, aarch64-linux, …-musl, aarch64-none, host.")
@click.option("-k", "--kind", type=click.Choice(KINDS), help="What to build.")
@click.option("--main", "main_name", help="The function an executable starts with (main).")
@click.option("--entry", "entry_name", help="The function a bare-metal image starts with.")
@click.option("--console", "console_name", help="What bare-metal print calls (Slice[u8]).")
@click.option("--base", default=0, type=Number64(), help="Link address of a bare-metal image.")
@click.option("--linux-header", is_flag=True, help="Begin the image with a Linux arm64 header.")
@click.option("--stack", default=64 << 10, type=Number64(),
              help="Bytes of boot stack, which bound the depth.")
@click.option("--dump", help="Print stages instead: front,ir,llvm,asm,lines.")
@click.option("--function", "only", default="", help="Dump functions whose name contains this.")
@click.option("--no-debug", is_flag=True, help="Leave out debug information.")
@click.option("--verify-each", is_flag=True, help="Check the IR around every pass.")
def compile(file: str, output: str | None, dump: str | None, only: str, kind: str | None,
            **options: Any) -> None:
    """Compile FILE: its `program` (a Program), else its `main`, else its @export functions.

    A file that ends in .ir holds IR, as --dump=ir prints it.
    """
    path = Path(file)
    if path.suffix == ".ir":
        program = ir_program(path, options)
    else:
        program = find_program(load_file(path), path, options)
    if dump:
        for stage in dump.split(","):
            show(program, stage.strip(), only)
        if output is None:
            return
    kind = kind or default_kind(program)
    out = Path(output or default_name(Path(file), kind))
    program.build(out, kind)
    report = program.stack_report()
    click.echo(f"{out}: {out.stat().st_size} bytes" + (f"\n{report}" if report else ""))


def load_file(path: Path) -> ModuleType:
    """Run the file as a module.  Its own exceptions are shown with their place in it."""
    if not path.exists():
        raise UsageError(f"{path}: there is no such file")
    sys.path.insert(0, str(path.resolve().parent))
    spec = importlib.util.spec_from_file_location(path.stem, path.resolve())
    if spec is None or spec.loader is None:
        raise UsageError(f"{path}: this is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    try:
        spec.loader.exec_module(module)
    except WroughtError:
        raise
    except Exception as e:
        from wrought.lang.front.report import at_import

        raise at_import(e, str(path.resolve())) from None
    return module


def ir_program(path: Path, options: dict[str, Any]) -> Any:
    """A program from a file of IR; IrError says where the text is wrong."""
    from wrought.lang.build.program import Program
    from wrought.lang.ir.parser import parse_module

    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: this is no text: byte {error.start} is not UTF-8") from None
    module = parse_module(text, str(path))
    entry = options["entry_name"]
    return Program.from_ir(module, target=options["target"] or (
        "aarch64-none" if entry else native()), debug=not options["no_debug"],
        verify_each=options["verify_each"], layout=layout_of(options, entry or "_start"))


def layout_of(options: dict[str, Any], entry: str = "_start") -> Any:
    """Where a bare-metal image lies, from the options."""
    from wrought.lang.build.layout import Layout

    return Layout(base=options["base"], stack=options["stack"], entry=entry,
                  linux_header=options["linux_header"])


def _named(module: ModuleType, name: str) -> Any:
    found = getattr(module, name, None)
    if found is None:
        raise UsageError(f"{module.__name__} has no function '{name}'")
    return found


def find_program(module: ModuleType, path: Path, options: dict[str, Any]) -> Any:
    """The file's Program, or one made from its functions and the options."""
    from wrought.lang.build.layout import Layout
    from wrought.lang.build.program import Program, find_target
    from wrought.lang.core.function import Compiled

    made = getattr(module, "program", None)
    if isinstance(made, Program):
        if options["target"] and options["target"] != made.target.name:
            made.target = find_target(options["target"])
        return made
    functions = [f for f in vars(module).values()
                 if isinstance(f, Compiled) and f.module == module.__name__]
    exports = [f for f in functions if "export" in f.options or "panic_handler" in f.options]
    names = {k: options[k + "_name"] for k in ("main", "entry", "console")}
    picked = {k: _named(module, n) if n else None for k, n in names.items()}
    if picked["main"] is None and picked["entry"] is None:
        picked["main"] = next((f for f in functions if f.name == "main"), None)
    if picked["main"] is None and picked["entry"] is None and not exports:
        raise UsageError(f"{path}: nothing to compile: there is no Program named 'program', no "
                         "@fn main and no @export function")
    target = options["target"] or ("aarch64-none" if picked["entry"] else native())
    layout = Layout(base=options["base"], stack=options["stack"],
                    linux_header=options["linux_header"])
    return Program(path.stem, target=target, roots=exports, layout=layout,
                   debug=not options["no_debug"], verify_each=options["verify_each"],
                   root=str(Path.cwd()), main=picked["main"], entry=picked["entry"],
                   console=picked["console"])


def native() -> str:
    """The hosted target of this machine."""
    import platform

    return "aarch64-linux" if platform.machine() in ("aarch64", "arm64") else "x86_64-linux"


def default_kind(program: Any) -> str:
    """What a program most likely wants to be."""
    if not program.target.hosted:
        return "elf"
    exported = any(f.options.get("export") == "main" for f in program.roots)
    return "executable" if program.main is not None or exported else "shared"


def default_name(path: Path, kind: str) -> str:
    """The output's name when none is given."""
    ending = {"executable": "", "shared": ".so", "object": ".o", "elf": ".elf", "image": ".img"}
    return path.stem + ending[kind]


def show(program: Any, stage: str, only: str) -> None:
    """Print one stage."""
    if stage not in DUMPS:
        raise UsageError(f"--dump has no stage '{stage}'; there are {', '.join(DUMPS)}")
    click.echo(program.dump(stage, only), nl=False)
