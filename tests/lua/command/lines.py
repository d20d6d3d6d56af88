"""Files and command lines that LuaJIT and our program are compared on."""

from __future__ import annotations

FILES = {
    "args.lua": b"print(#arg, arg[0], arg[-1], arg[-2], arg[1], ...)\n"
                b"local m = 0 for k in pairs(arg) do m = math.min(m, k) end print(m)",
    "shebang.lua": b"#!/usr/bin/lua\nprint('called', ...)\nerror('x')\n",
    "bom.lua": b"\xef\xbb\xbf# first\nprint(debug.getinfo(1).currentline)",
    "comment.lua": b"# only",
    "empty.lua": b"",
    "two.lua": b"return 1, 2",
    "zero.lua": b'print("a\\0b", #"a\0c")',
    "zero-in-code.lua": b'print("a")\0print("b")',
    "table-error.lua": b"local function f() error({}) end f()",
    "tostring-error.lua": b"error(setmetatable({}, {__tostring = function() return 'TS' end}))",
    "nil-error.lua": b"error(nil)",
    "level.lua": b"local function f() error('second level', 2) end f()",
    "syntax.lua": b"x = = 1",
    "number-error.lua": b"error(42)",
    "init.lua": b"init = 'yes' print('init file', ...)",
    "mod.lua": b"print('loading', ...) return {v = 1}",
    "jit/starts.lua": b"return {start = function(...) print(select('#', ...), ...) end}",
    "jit/fails.lua": b"error('no such luck')",
    "folder/file": b"",
}

OPTIONS = r"""
lua -e 'print(1)' -e 'print(2)'
lua -e 'x = 1' -e 'y = x + 1 print(y)' args.lua a b
lua -e'print(3)' args.lua x
lua args.lua
lua -- args.lua x
lua -e
lua -l
lua -x
lua --foo
lua -vv
lua -ie 'print(1)'
lua -e ''
lua -l mod -e 'print(mod)'
lua -lmod args.lua
lua -l nomod
lua -l ''
lua -v
lua -v -e 'print(1)'
lua -v args.lua
lua -v < args.lua
lua -E args.lua
LUA_INIT='print("I", ...)' lua -e 'print(2)'
LUA_INIT='error("I")' lua -e 'print(2)'
LUA_INIT='x=' lua -e 'print(2)'
LUA_INIT=@init.lua lua -e 'print(init)'
LUA_INIT=@missing.lua lua args.lua
LUA_INIT='print("I")' lua -E -e 'print(2)'
LUA_PATH='/x/?.lua' lua -e 'print(package.path)'
LUA_PATH='/x/?.lua' lua -E -e 'print(package.path == "/x/?.lua")'
LUA_CPATH='/x/?.so' lua -e 'print(package.cpath)'
lua -joff -e 'print((jit.status()))'
lua -j on -e 'print(1)'
lua -jflush -e 'print(1)'
lua -jflush=3 -e 'print(1)'
lua -jon=x -e 'print(1)'
lua -j
lua -jstarts -e 'print(1)'
lua -jstarts=a,b -e 'print(1)'
lua -jfails -e 'print(1)'
lua -O3 -e 'print(1)'
lua -O -e 'print(1)'
lua -O3,+cse,hotloop=3 -e 'print(1)'
lua -O-foo -e 'print(1)'
lua -Ohotloop -e 'print(1)'
lua -Obad=3 -e 'print(1)'
lua -e 'print(arg[-3], arg[-2], arg[-1], arg[0], arg[1])' -
lua -e 'arg = nil' two.lua a
lua -e 'print(...)' a b
""".strip().splitlines()

SCRIPTS = r"""
lua - x y < args.lua
lua < args.lua
cat args.lua | lua
cat args.lua | lua - 1 2 3
cat args.lua | lua /dev/stdin 1 2 3
lua -- - < args.lua
lua -- < args.lua
lua -e 'print(1)' < args.lua
lua -e 'print(1)' - < args.lua
lua ''
lua nonexistent.lua
lua folder
lua .
lua -e 'dofile("folder")'
lua -e 'print(loadfile("folder"))'
lua shebang.lua 1 2
lua bom.lua
lua comment.lua
lua empty.lua
lua two.lua
lua zero.lua
lua zero-in-code.lua
lua table-error.lua
lua tostring-error.lua
lua nil-error.lua
lua level.lua
lua syntax.lua
lua number-error.lua
lua -e 'error()'
lua -e 'error("m", 0)'
lua -e 'error(true)'
lua -e 'error(setmetatable({}, {__tostring = function() return 1 end}))'
lua -e 'error(setmetatable({}, {__tostring = function() error("in") end}))'
lua -e 'local t = nil; t.x = 1'
lua -e 'require "nomod"'
lua -e 'local function f(n) if n == 0 then error("deep") end f(n - 1) end f(30)'
lua -e 'coroutine.wrap(function() error("co") end)()'
lua -e 'assert(false, {})'
lua -e 'os.exit(3)'
lua -e 'io.write("kept") os.exit(true)'
lua -e 'io.write("kept") os.exit(false, true)'
lua -e 'io.write("kept") error("b")'
lua -e 'io.open("out.txt", "w"):write("kept")'; cat out.txt
lua -e 'io.open("out.txt", "w"):write("at exit") os.exit(1)'; cat out.txt
lua -e 'getmetatable(newproxy(true)).__gc = function() print("gc") end'
lua -e 'P = newproxy(true) getmetatable(P).__gc = function() print("gc") end os.exit(0, true)'
lua -e 'P = newproxy(true) getmetatable(P).__gc = function() print("gc") end os.exit(0)'
lua -e 'P = newproxy(true) getmetatable(P).__gc = function() error("in gc") end'
lua -e 'print(1)' >&-
lua -e 'print(io.write("x"))' >&-
lua -e 'print(io.read())' <&-
lua -e 'io.stdout:close() print(1)'
lua -e 'for i = 1, 1e5 do print(i) end' | head -1
""".strip().splitlines()

PROMPT = r"""
lua -i < empty.lua
lua -i args.lua a b < empty.lua
lua -i -- < args.lua
printf 'print(arg[0], arg[-1])\n' | lua -i
echo '=1+1' | lua -i
printf '=1+1' | lua -i
echo 'return 1,2' | lua -i
echo '1+1' | lua -i
printf 'for i=1,2 do\nprint(i)\nend\n=3' | lua -i
printf 'x=\n\n5\n=x' | lua -i
printf 'x=[[\nabc\n]]\n=x\n' | lua -i
printf 'x = "abc\n=1\n' | lua -i
printf 'error("a")\n=1\n' | lua -i
printf 'local function f() error("deep") end f()\n=2' | lua -i
printf 'error({})\n=1\n' | lua -i
printf 'error()\n=1\n' | lua -i
printf 'x y\n=1\n' | lua -i
printf '_PROMPT="? "\n=1\n' | lua -i
printf '_PROMPT2=".. "\nif x then\nend\n' | lua -i
printf 'print=nil\n=1\n=2' | lua -i
printf 'print=function() error("p") end\n=1\n=2' | lua -i
printf '=nil\n=\n=2,nil,4\n' | lua -i
printf '\n\n=1\n' | lua -i
printf 'if x then' | lua -i
printf 'os.exit(7)\n' | lua -i
printf '=1' | lua -i -e 'error("e")'
printf '=1' | lua -i syntax.lua
printf '=1' | lua -i number-error.lua
printf '=1' | lua -i nonexistent
printf '=x' | lua -e 'x=4' -i
printf '=x' | lua -v -i
""".strip().splitlines()

BYTECODE = r"""
lua -b
lua -b x
lua -b args.lua out extra
lua -bz args.lua out
lua -b -t
lua -bl a b c
lua -bel 'x' y
lua -b nonexistent out
lua -bl nonexistent
lua -b folder out
lua -b syntax.lua out
lua -be 'x=' out
lua -bl syntax.lua
lua -bl -e 'x='
lua -b shebang.lua out && lua out a b
lua -bg shebang.lua out && lua out a b
lua -bs shebang.lua out && lua out a b
lua -bgs shebang.lua out && lua out
lua -b - out < args.lua && lua out q
lua -be 'print(1)' out && lua out
lua -b -e 'print(1, ...)' out && lua out z
lua -b args.lua - | lua - a b
lua -b -t raw args.lua out.c && lua out.c
lua -b -n name -a x64 -o linux args.lua out && lua out
lua -b -- args.lua out && lua out
lua -O3 -b args.lua out && lua out
lua -v -b args.lua out
lua -E -b args.lua out
lua -e 'print(1)' -b args.lua out
LUA_INIT='print(2)' lua -b args.lua out
lua -bl two.lua - | cut -c1-27 | head -1
lua -bgl two.lua out; head -c 27 out
""".strip().splitlines()
