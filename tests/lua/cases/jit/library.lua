-- jit.*: what is there and what it accepts.
print(type(jit.version), jit.version:match "^LuaJIT 2%.1" ~= nil, type(jit.version_num),
  jit.version_num >= 20100, jit.os, type(jit.arch))
print(type(jit.status()), select("#", jit.status()) >= 1) print(jit.on(), jit.off(), jit.flush())
local function f() return 1 end print(jit.off(f), jit.on(f), jit.off(f, true), jit.on(f, true),
  jit.off(f, false), jit.off(true, true), jit.flush(f), jit.flush(true, true)) print(f())
print(pcall(jit.on, 5)) print(pcall(jit.off, {})) print(pcall(jit.flush, "x"))
print(pcall(jit.on, print) and true) print(pcall(jit.opt.start, "hotloop=10"))
print(pcall(jit.opt.start, 2)) print(pcall(jit.opt.start, "bogus")) print(jit.opt.start())
print(require "jit" == jit, type(require "jit.opt"), type(require "jit.util"))
local u = require "jit.util" local info = u.funcinfo(f)
print(info.linedefined, info.params, info.isvararg, info.source, type(info.bytecodes),
  info.upvalues) print(type(u.funcbc(f, 1)), u.funck(f, 0))
print(pcall(require, "ffi") and type(require "ffi" ) ~= nil)
