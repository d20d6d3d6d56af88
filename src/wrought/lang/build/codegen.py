"""Objects for this process, made by the worker and kept in the cache."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import tempfile
import threading
from functools import lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from .cache import Cache, digest
from .errors import BuildError
from .worker import ANSWER, REQUEST

_SOURCE_ROOT = str(Path(__file__).resolve().parents[3])


NO_COMPILER = 'no compiler is installed here: pip install "wrought[build]"'
"""What to say where `has_compiler` is false."""


@lru_cache(maxsize=1)
def has_compiler() -> bool:
    """Whether functions can be compiled for this process."""
    return find_spec("llvmlite") is not None


class WorkerDied(Exception):
    """The worker ended while it compiled; the text is what it said last."""


class Worker:
    """A worker process, started at first use and again after it died or this process forked."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._log: IO[bytes] | None = None
        self._lock = threading.Lock()
        atexit.register(self.stop)

    def compile(self, text: str, cpu: str) -> bytes:
        """Text to object.  Raises `BuildError` for text that LLVM refuses, else `WorkerDied`."""
        with self._lock:
            process = self._running()
            name, body = cpu.encode(), text.encode()
            assert process.stdin and process.stdout
            try:
                process.stdin.write(REQUEST.pack(len(name), len(body)) + name + body)
                process.stdin.flush()
                head = process.stdout.read(ANSWER.size)
            except BrokenPipeError:
                head = b""
            if len(head) < ANSWER.size:
                raise WorkerDied(self._last_words())
            status, size = ANSWER.unpack(head)
            answer = process.stdout.read(size)
        if status:
            message = answer.decode(errors="replace").strip()
            raise BuildError(f"LLVM refused the generated code: {message}", detail=text)
        return answer

    def stop(self) -> None:
        """End the worker, if this process started one."""
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        assert process.stdin and process.stdout
        process.stdin.close()
        process.stdout.close()
        process.wait()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            paths = [_SOURCE_ROOT, os.environ.get("PYTHONPATH", "")]
            self._log = tempfile.TemporaryFile()
            self._owner = os.getpid()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "wrought.lang.build.worker"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in paths if p)})
        return self._process

    def _last_words(self) -> str:
        process, self._process = self._process, None
        code = process.wait() if process else 0
        words = ""
        if self._log:
            self._log.seek(0)
            words = self._log.read().decode(errors="replace").strip()
        return words.splitlines()[0] if words else f"it ended with status {code}"


@lru_cache(maxsize=1)
def tool_versions() -> str:
    """What of the tools' versions a cached result depends on."""
    return f"llvmlite {version('llvmlite')}"


_worker = Worker()


def compile_in_process(text: str, cpu: str, cache: Cache) -> bytes:
    """An object for this machine from LLVM text.  Raises `BuildError` or `WorkerDied`."""
    key = digest("host-object", tool_versions(), cpu, text)
    data = cache.get(key)
    if data is None:
        data = _worker.compile(text, cpu)
        cache.put(key, data)
    return data
