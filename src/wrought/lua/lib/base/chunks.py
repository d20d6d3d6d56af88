"""load, loadstring, loadfile, dofile."""

from __future__ import annotations

from wrought.lang.core.function import cold, fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, c_str, zeroed
from wrought.lang.core.scalars import Never, Ptr, Slice, Void, u8, u64
from wrought.lua.front.chunk import BINARY, TEXT, load_chunk, modes
from wrought.lua.lib.args import check_function, check_string, opt_any, opt_string
from wrought.lua.vm.barrier import barrier
from wrought.lua.vm.buffer import contents, open_buffer, put_bytes, room
from wrought.lua.vm.call import call, pcall
from wrought.lua.vm.convert import number_to_string
from wrought.lua.vm.debug.position import position_prefix
from wrought.lua.vm.errors import ERRRUN, throw_value
from wrought.lua.vm.heads import FUNCB, head
from wrought.lua.vm.new import new_builtin
from wrought.lua.vm.objects import (
    Buffer,
    Header,
    Str,
    Vm,
    function_of,
    function_value,
    string_of,
    string_value,
    table_of,
    table_value,
)
from wrought.lua.vm.strings import close_to_string, intern, text
from wrought.lua.vm.system import fclose, fopen, fread, last_error, standard_stream
from wrought.lua.vm.system_files import ferror
from wrought.lua.vm.value import NIL, TAG_INT, is_number, is_string, is_table

BLOCK = 16384


@unsafe
@fn
def load_native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """Source, chunk name, allowed kinds: the function, or an error is raised."""
    # SAFETY: `finish_load` gives three such arguments.
    f = load_chunk(vm, text(args[0]), string_of(args[1]), args[2] & 3)
    args[0] = function_value(f)
    return 1


@unsafe
@fn
def finish_load(vm: Ptr[Vm], args: Ptr[u64], free: u64, source: u64, name: u64, allowed: u64,
                env: u64) -> u64:
    """Load a source; the results of `load` and its like: a function, or nil and the message.

    The slots from args[free] on are used.
    """
    # SAFETY: free is above all that is alive; a new closure is a Lua function.
    slot = args + free
    slot[2] = function_value(new_builtin(vm, load_native, 0, vm.globals, head(FUNCB)))
    slot[4] = source
    slot[5] = name
    slot[6] = TAG_INT | allowed
    slot, _, code = pcall(vm, slot, 3)
    args = slot - free
    if code != 0:
        args[1] = slot[0]
        args[0] = NIL
        return 2
    args[0] = slot[0]
    f = function_of(args[0])
    f.env = table_of(env) if is_table(env) else vm.current.env
    barrier(vm, bitcast(Ptr[Header], f), table_value(f.env))
    return 1


@unsafe
@fn
def allowed_kinds(vm: Ptr[Vm], args: Ptr[u64], n: u64, i: u64) -> u64:
    """The mode argument."""
    # SAFETY: as in load.
    mode = opt_string(vm, args, n, i)
    if mode is None:
        return TEXT | BINARY
    return modes(mode.bytes())


@unsafe
@fn
def load(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """load(text or reader, name, mode, environment)."""
    # SAFETY: built-in functions have n arguments and MIN_SLOTS free slots, here and below.
    given = opt_any(args, n, 0)
    name = opt_string(vm, args, n, 1)
    allowed = allowed_kinds(vm, args, n, 2)
    env = opt_any(args, n, 3)
    if n > 3 and not is_table(env):
        env = NIL
    if n > 0 and (is_string(given) or is_number(given)):
        source = check_string(vm, args, n, 0)
        return finish_load(vm, args, n, string_value(source),
                           string_value(source if name is None else name), allowed, env)
    check_function(vm, args, n, 0)
    if name is None:
        name = intern(vm, b"=(load)")
    args[n] = string_value(name)
    args[n + 1] = env
    return load_pieces(vm, args, n + 2, allowed)


@unsafe
@fn
def read_native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """All pieces that a reader function gives, as one string."""
    # SAFETY: `load_pieces` gives the reader; as in load.
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    while True:
        slot = args + 1
        slot[2] = args[0]
        slot, _ = call(vm, slot, 0, 1)
        args = slot - 1
        piece = slot[0]
        if piece == NIL:
            break
        if is_number(piece):
            put_bytes(addr_of(b), number_to_string(vm, piece).bytes())
        elif not is_string(piece):
            reader_error(vm)
        elif len(text(piece)) == 0:
            break
        else:
            put_bytes(addr_of(b), text(piece))
    args[0] = close_to_string(addr_of(b))
    return 1


@cold
@fn
def reader_error(vm: Ptr[Vm]) -> Never:
    """Raise it with the position of what has called `load`, two levels down."""
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    position_prefix(vm, addr_of(b), 2)
    put_bytes(addr_of(b), b"reader function must return a string")
    throw_value(vm, close_to_string(addr_of(b)), ERRRUN)


@unsafe
@fn
def load_pieces(vm: Ptr[Vm], args: Ptr[u64], n: u64, allowed: u64) -> u64:
    """Read with the function args[0], then load; name and environment are the last two."""
    # SAFETY: as in load.
    slot = args + n
    slot[2] = function_value(new_builtin(vm, read_native, 0, vm.globals, head(FUNCB)))
    slot[4] = args[0]
    slot, _, code = pcall(vm, slot, 1)
    args = slot - n
    if code != 0:
        args[1] = slot[0]
        args[0] = NIL
        return 2
    return finish_load(vm, args, n + 1, slot[0], args[n - 2], allowed, args[n - 1])


@unsafe
@fn
def loadstring(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: as in load.
    return load(vm, args, n)


@unsafe
@fn
def read_source(vm: Ptr[Vm], name: Ptr[Str] | None) -> tuple[u64, u64, bool]:
    """A file's bytes and the chunk's name, or an error message; standard input without a name."""
    # SAFETY: a zero byte follows the bytes of a string; the buffers are closed in order.
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    if name is None:
        read_stream(addr_of(b), standard_stream(0))
        return close_to_string(addr_of(b)), string_value(intern(vm, b"=stdin")), True
    stream = fopen(name.bytes().ptr, c_str(b"rb"))
    if stream is None:
        return file_error(addr_of(b), b"cannot open ", name.bytes()), NIL, False
    read_stream(addr_of(b), stream)
    if ferror(stream) != 0:
        b.used = 0
        message = file_error(addr_of(b), b"cannot read ", name.bytes())
        fclose(stream)
        return message, NIL, False
    fclose(stream)
    source = string_value(intern(vm, without_first_line(contents(addr_of(b)))))
    b.used = 0
    put_bytes(addr_of(b), b"@")
    put_bytes(addr_of(b), name.bytes())
    return source, close_to_string(addr_of(b)), True


@fn
def file_error(b: Ptr[Buffer], what: Slice[u8], name: Slice[u8]) -> u64:
    """Close a buffer with a message that ends with what the system says."""
    reason = last_error()
    put_bytes(b, what)
    put_bytes(b, name)
    put_bytes(b, b": ")
    put_bytes(b, reason)
    return close_to_string(b)


@unsafe
@fn
def read_stream(b: Ptr[Buffer], stream: Ptr[Void]) -> None:
    """Append all that is left of a stream."""
    # SAFETY: `room` has made the space.
    n: u64 = BLOCK
    while n == BLOCK:
        n = fread(room(b, BLOCK).ptr, 1, BLOCK, stream)
        b.used += n


@fn
def without_first_line(source: Slice[u8]) -> Slice[u8]:
    """A file's source without a first line that begins with #, whose line end stays."""
    if len(source) == 0 or source[0] != ord("#"):
        return source
    i: u64 = 0
    while i < len(source) and source[i] != ord("\n"):
        i += 1
    return source[i:]


@unsafe
@fn
def loadfile(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """loadfile(name, mode, environment)."""
    # SAFETY: as in load.
    name = opt_string(vm, args, n, 0)
    allowed = allowed_kinds(vm, args, n, 1)
    env = opt_any(args, n, 2)
    source, chunk, ok = read_source(vm, name)
    if not ok:
        args[0] = NIL
        args[1] = source
        return 2
    return finish_load(vm, args, n, source, chunk, allowed, env)


@unsafe
@fn
def dofile(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """Run a file; all its results."""
    # SAFETY: as in load; what a call returns lies within the stack.
    source, chunk, ok = read_source(vm, opt_string(vm, args, n, 0))
    if not ok:
        throw_value(vm, source, ERRRUN)
    args[0] = source
    args[1] = chunk
    f = load_chunk(vm, text(source), string_of(chunk), TEXT | BINARY)
    f.env = vm.current.env
    args[2] = function_value(f)
    args, count = call(vm, args, 0, -1)
    return count
