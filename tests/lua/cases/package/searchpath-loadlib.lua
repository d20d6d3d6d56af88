-- package.searchpath, config, loadlib, cpath, seeall, module.
local function write(n, s) local f = assert(io.open(n, "w")) f:write(s) f:close() end
os.execute "mkdir dir" write("here.lua", "") write("dir/deep.lua", "")
print(package.searchpath("here", "./?.lua")) print(package.searchpath("dir.deep", "./?.lua"))
print(package.searchpath("nope", "./?.lua;./?/init.lua")) print(package.searchpath("a.b", "?.x"))
print(package.searchpath("dir-deep", "./?.lua", "-"))
print(package.searchpath("dir.deep", "./?.lua", "", "/"))
print(package.searchpath("dir.deep", "./?.lua", ".", "_"))
print(package.searchpath("here", "no/?;./?.lua;./?"))
print(package.searchpath("here", "fixed.lua;here.lua")) print(pcall(package.searchpath))
print(pcall(package.searchpath, "x")) print(package.searchpath("x", ""))
print((package.config:gsub("\n", " ")))
print(package.loadlib("./missing.so", "f") == nil, select(3, package.loadlib("./missing.so", "f")))
print(pcall(package.loadlib)) print(type(package.path), type(package.cpath),
  package.loaded._G == _G, package.loaded.string == string, type(package.preload))
write("mod1.lua", "module(...) function f() return 'mod1.f' end g = 5 _h = _NAME")
package.path = "./?.lua" local m = require "mod1"
print(m == mod1, mod1.f(), mod1.g, mod1._h, m._M == m, m._PACKAGE, print ~= nil)
write("mod2.lua", "module(..., package.seeall) function f() return type(print) end")
print(require "mod2".f(), mod2.print == print)
write("dir/mod3.lua", "local base = _G module(...) base.print(_NAME, _PACKAGE) v = 1")
print(require "dir.mod3".v, dir.mod3.v, type(dir))
print(pcall(function() module "string" x_added = 1 end)) print(string.x_added) string.x_added = nil
mod4 = 5 print(pcall(function() module "mod4" end))
module("mod5", package.seeall, function(m) m.opt = "option" end)
print(_NAME, opt, _M == package.loaded.mod5) setfenv(1, _G) print(mod5.opt) print(pcall(module))
print(pcall(package.seeall)) print(pcall(package.seeall, 5))
print(getmetatable(package.seeall({}) or {}) == nil) local s = {} package.seeall(s)
print(s.print == print) write("mod6.lua",
  "local m = ... local t = {} package.loaded[m] = t function t.f() return m end")
print(require "mod6".f()) os.execute "rm -r dir *.lua"
