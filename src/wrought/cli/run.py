"""`wrought run`: boots a partition in QEMU with the consoles of all domains."""

from __future__ import annotations

import re
import shlex
import tempfile
from pathlib import Path

import click


def regular_expression(context: click.Context, option: click.Parameter,
                       value: str | None) -> str | None:
    """A pattern that compiles."""
    if value is not None:
        try:
            re.compile(value)
        except re.error as error:
            raise click.BadParameter(f"'{value}' is no regular expression: {error}") from None
    return value


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--input", "domain", metavar="NAME", help="Send standard input to this domain.")
@click.option("--until", metavar="REGEX", callback=regular_expression,
              help="End well at the first line in which this is found.")
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS",
              help="End with status 124 after this time.")
@click.option("--log", type=click.Path(dir_okay=False, path_type=Path),
              help="Keep the UART's bytes in this file.")
@click.option("--hypervisor", type=click.Path(dir_okay=False, path_type=Path), metavar="PATH",
              help="Boot this image instead: Xen's, for instance.")
@click.option("--dtb", type=click.Path(dir_okay=False, path_type=Path),
              help="Use this device tree of the board instead of QEMU's own.")
@click.option("--icount", is_flag=True, help="Count instructions: one is a nanosecond.")
@click.option("--gdb", is_flag=True, help="Wait for a debugger on port 1234.")
@click.option("--dry-run", is_flag=True, help="Print QEMU's command line, do not run it; "
              "`wrought build` keeps the files that it names.")
def run(file: Path, domain: str | None, until: str | None, timeout: float | None,
        log: Path | None, hypervisor: Path | None, dtb: Path | None, icount: bool, gdb: bool,
        dry_run: bool) -> int:
    """Boot the partition in FILE in QEMU; every line shows whose it is.

    CTRL-a three times gives the keyboard to the next domain.  Ctrl-C ends QEMU.  The exit status is
    QEMU's, 0 if --until was found, 124 if time was over.
    """
    from wrought.hv.tool.machine import COUNTING
    from wrought.hv.tool.partition import load
    from wrought.hv.tool.plan import prepare
    from wrought.hv.tool.runner import Options
    from wrought.hv.tool.runner import run as run_plan

    source = load(file)
    names = [one.name for one in source.partition.domain]
    if domain is not None and domain not in names:
        raise click.BadParameter(f"there is no domain '{domain}'; there are {', '.join(names)}",
                                 param_hint="--input")
    extra = (*(COUNTING if icount else ()), *(("-s", "-S") if gdb else ()))
    with tempfile.TemporaryDirectory(prefix="wrought-") as folder:
        plan = prepare(source, Path(folder), hypervisor, dtb)
        if dry_run:
            click.echo(shlex.join(plan.command(extra)))
            return 0
        if gdb:
            click.echo(f"gdb-multiarch -ex 'target remote :1234'   # image: {plan.image}", err=True)
        return run_plan(plan, Options(until, timeout, domain, log, extra))
