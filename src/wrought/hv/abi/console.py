"""CONSOLEIO sub-operations (xen/public/xen.h)."""

from __future__ import annotations

WRITE = 0
READ = 1
