"""Coroutines as generators: `f.coroutine(*args)`, `next`, `send`."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, c_str, uninit
from wrought.lang.core.scalars import Ptr, i32, i64, u64
from wrought.lua.embed import capi
from wrought.lua.embed.bits import i64_bits, u64_bits
from wrought.lua.embed.capi import FREE_BEFORE, Object, drop, keep
from wrought.lua.embed.core import kinds, proxy_of
from wrought.lua.embed.crossing import Work, add_traceback_of, invoke, place, raised, run
from wrought.lua.embed.lock import leave
from wrought.lua.embed.proxies import refuses_names
from wrought.lua.embed.tables import begin
from wrought.lua.embed.to_lua import to_lua
from wrought.lua.embed.to_python import results_to_python, to_python
from wrought.lua.lib.coroutine import new_coroutine
from wrought.lua.vm.errors import ERRMEM, ERRRUN, plain_error, throw_value
from wrought.lua.vm.heads import head, head_number
from wrought.lua.vm.new import new_builtin
from wrought.lua.vm.objects import Status, Vm, function_of, function_value, thread_of, thread_value
from wrought.lua.vm.value import FALSE, is_function, is_string

RESUME = head_number("coroutine.resume")


@fn
def not_here(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """The native function of the resume below: its handler does all."""
    return 0


@fn
def is_alive(o: Ptr[Object]) -> i32:
    """Whether a coroutine can be resumed."""
    if proxy_of(o).core.vm is None:
        return 0
    status = thread_of(proxy_of(o).value).status
    return 1 if status == Status.FRESH or status == Status.SUSPENDED else 0


@unsafe
@fn
def make_body(work: Ptr[Work]) -> None:
    """A thread that will run the target, with the arguments that it begins with."""
    # SAFETY: the tuple has room for the arguments.
    core, vm = work.core, work.vm
    if not is_function(work.target):
        plain_error(vm, b"only functions can become coroutines")
    given = capi.PyTuple_New(i64_bits(work.n))
    if given is None:
        raised(vm)
    work.partial = given
    for i in range(work.n):
        capi.PyTuple_SetItem(given, i64_bits(i), keep(work.args[i]))
    made = to_python(core, vm, thread_value(new_coroutine(vm, function_of(work.target))))
    proxy_of(made).bound = given
    work.partial = None
    work.result = made


@unsafe
@fn
def coroutine(o: Ptr[Object], args: Ptr[Ptr[Object]], n: i64) -> Ptr[Object] | None:
    """f.coroutine(*args)."""
    # SAFETY: the work is written by `begin`.
    work = uninit(Work)
    if not begin(o, addr_of(work), args, u64_bits(n)):
        return None
    ok = run(work.core, work.vm, make_body, addr_of(work))
    leave(work.core)
    return work.result if ok else None


@unsafe
@fn
def call_thread(o: Ptr[Object], args: Ptr[Ptr[Object]], n: u64, names: Ptr[Object] | None
                ) -> Ptr[Object] | None:
    """A coroutine that has not begun is called: another one of its function, with arguments."""
    # SAFETY: a fresh thread's first frame names its function.
    if refuses_names(names):
        return None
    work = uninit(Work)
    if not begin(o, addr_of(work), args, n & ~FREE_BEFORE):
        return None
    thread = thread_of(work.target)
    ok = False
    if thread.status == Status.FRESH:
        work.target = thread.base[-2]
        ok = run(work.core, work.vm, make_body, addr_of(work))
    else:
        capi.PyErr_SetString(kinds.type_error, c_str(b"the coroutine has begun: use next or send"))
    leave(work.core)
    return work.result if ok else None


@unsafe
@fn
def push_items(work: Ptr[Work], items: Ptr[Object]) -> None:
    """Put the items of a tuple above the thread's top."""
    # SAFETY: `place` has made the room.
    thread = work.vm.current
    for i in range(capi.PyTuple_Size(items)):
        o = capi.PyTuple_GetItem(items, i)
        if o is not None:
            v = to_lua(work.core, work.vm, o)
            thread.top[0] = v
            thread.top += 1


@unsafe
@fn
def resume_body(work: Ptr[Work]) -> None:
    """Resume the target with the items of the tuple args[0]."""
    # SAFETY: as in `proxies.call_body`.
    core, vm = work.core, work.vm
    thread = vm.current
    own = u64(thread.top) - u64(thread.stack)
    n = u64_bits(capi.PyTuple_Size(work.args[0]))
    place(core, vm, n + 1)
    thread.top[0] = work.target
    thread.top += 1
    push_items(work, work.args[0])
    slot = bitcast(Ptr[u64], u64(thread.stack) + own)
    thread.top = slot
    slot[2] = function_value(new_builtin(vm, not_here, 0, vm.globals, head(RESUME)))
    slot, count = invoke(core, vm, slot, n + 1)
    if slot[0] == FALSE:
        vm.error = slot[1]
        if vm.error == vm.memory_error:
            throw_value(vm, vm.error, ERRMEM)
        if is_string(vm.error):
            add_traceback_of(vm, thread_of(work.target))
        throw_value(vm, vm.error, ERRRUN)
    if count == 1 and thread_of(work.target).status == Status.DEAD:
        # Nothing was returned: the end.
        capi.PyErr_SetNone(kinds.stop)
        raised(vm)
    work.result = results_to_python(work, slot + 1, count - 1)
    thread.top = bitcast(Ptr[u64], u64(thread.stack) + own)


@unsafe
@fn
def resume(o: Ptr[Object], given: Ptr[Object]) -> Ptr[Object] | None:
    """Resume a coroutine with the items of a tuple."""
    # SAFETY: the work is written by `begin`.
    if is_alive(o) == 0:
        capi.PyErr_SetNone(kinds.stop)
        return None
    work = uninit(Work)
    tuple = given
    if not begin(o, addr_of(work), addr_of(tuple), 1):
        return None
    ok = run(work.core, work.vm, resume_body, addr_of(work))
    leave(work.core)
    return work.result if ok else None


@fn
def next_value(o: Ptr[Object]) -> Ptr[Object] | None:
    """next(o)."""
    given = proxy_of(o).bound
    proxy_of(o).bound = None
    if given is None:
        given = capi.PyTuple_New(0)
        if given is None:
            return None
    result = resume(o, given)
    drop(given)
    return result


@fn
def send(o: Ptr[Object], value: Ptr[Object]) -> Ptr[Object] | None:
    """o.send(value): a tuple is several values; None is as `next`."""
    if value == kinds.none:
        return next_value(o)
    if proxy_of(o).bound is not None:
        capi.PyErr_SetString(kinds.type_error,
                             c_str(b"can't send a value to a coroutine that has not begun"))
        return None
    if value.type == kinds.tuple:
        return resume(o, value)
    given = capi.PyTuple_New(1)
    if given is None:
        return None
    capi.PyTuple_SetItem(given, 0, keep(value))
    result = resume(o, given)
    drop(given)
    return result
