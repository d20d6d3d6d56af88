"""What domains hold for grants."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.scalars import u64


@struct
class DomainGrants:
    """A domain's grant table and its mappings of others' frames."""

    spare: u64
