"""`wrought demo`: the hypervisor at work, in about a minute."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--hypervisor", type=click.Path(dir_okay=False, path_type=Path), metavar="PATH",
              help="Boot this image of the hypervisor.")
def demo(hypervisor: Path | None) -> None:
    """Boot two Linux domains, crash one on purpose, and see the other go on.

    Needs QEMU, and the network the first time, for Debian's kernel and busybox.
    """
    from rich.console import Console

    from wrought.hv.tool.demo import demo as play

    play(Console(highlight=False), hypervisor)
