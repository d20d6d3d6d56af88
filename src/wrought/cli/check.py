"""`wrought check`: proves that the domains of a partition are kept apart."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.option("--hypervisor", type=click.Path(dir_okay=False, path_type=Path), metavar="PATH",
              help="The image whose place and size are kept; ours is built where none is given.")
@click.option("--dtb", type=click.Path(dir_okay=False, path_type=Path),
              help="Use this device tree of the board instead of QEMU's own.")
def check(file: Path, as_json: bool, hypervisor: Path | None, dtb: Path | None) -> int:
    """Prove that the domains of the partition in FILE are kept apart.

    The hypervisor's own code builds all domains in simulated memory; then the translation tables
    that it left are read by the architecture's manual.  The exit status is 1 where a domain
    reaches what the file does not give it, with the lines of the file behind it.
    """
    from wrought.hv.tool.isolation.check import check as judge
    from wrought.hv.tool.isolation.report import as_json as in_json
    from wrought.hv.tool.isolation.report import problems, summary
    from wrought.hv.tool.partition import load
    from wrought.hv.tool.plan import prepare

    source = load(file)
    with tempfile.TemporaryDirectory(prefix="wrought-") as folder:
        claims, findings = judge(prepare(source, Path(folder), hypervisor, dtb))
        if as_json:
            click.echo(json.dumps(in_json(claims, findings), indent=2))
            return 1 if findings else 0
        for line in summary(claims):
            click.echo(line)
    if findings:
        raise source.error(*problems(findings))
    click.echo("isolated: no domain reaches memory, devices or interrupts of another's or of the "
               "hypervisor's")
    return 0
