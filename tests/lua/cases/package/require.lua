-- require: files, preload, loaded, errors, cycles, the name and results.
local function write(n, s) local f = assert(io.open(n, "w")) f:write(s) f:close() end
package.path = "./?.lua;./?/init.lua" package.cpath = "./?.so" os.execute "mkdir pack pack/sub"
write("m1.lua", "print('loading m1', ...) return { v = 1 }")
print(require "m1".v, require "m1" == package.loaded.m1) package.loaded.m1 = nil
print(require "m1".v) write("m2.lua", "print('loading m2', ...)") print(require "m2")
print(package.loaded.m2) write("m3.lua", "return false") print(require "m3")
print(package.loaded.m3) print(require "m3") write("m4.lua", "return 'string result', 'second'")
print(require "m4") write("m5.lua", "package.loaded[...] = 'set by itself'") print(require "m5")
write("m6.lua", "x = = 1") print(pcall(require, "m6")) write("m7.lua", "error 'in module'")
print(pcall(require, "m7")) print(pcall(require, "m7")) write("m8.lua", "error({ code = 8 })")
print(type(select(2, pcall(require, "m8")))) write("m9.lua", "return nil") print(require "m9")
write("pack/init.lua", "return 'pack init ' .. ...")
write("pack/sub/init.lua", "return 'sub ' .. ...") write("pack/x.lua", "return 'pack.x ' .. ...")
print(require "pack") print(require "pack.sub") print(require "pack.x")
print(pcall(require, "no.such.module")) print(pcall(require, "")) print(pcall(require, 5))
print(pcall(require)) write("c1.lua", "local c2 = require 'c2' return { n = 'c1', other = c2 }")
write("c2.lua", "local ok, m = pcall(require, 'c1') return { n = 'c2', err = m }")
print((tostring(require "c1".other.err):gsub("\n.*", "")))
package.preload.pre = function(...) print("preload", ...) return "preloaded" end
print(require "pre") print(require "pre") package.preload.pre2 = function() return nil end
print(require "pre2") package.preload.bad = 5 print(pcall(require, "bad")) package.preload.bad = nil
package.loaded.given = "given" print(require "given")
table.insert(package.loaders, 2, function(n)
    if n:match "^virtual" then return function(...) return "virtual module " .. ... end end
    return "\n\tno virtual module" end) print(require "virtual.x") print(pcall(require, "nothing"))
table.remove(package.loaders, 2) print(#package.loaders, type(package.loaders[1])) package.path = 5
print(pcall(require, "zzz")) package.path = nil print(pcall(require, "zzz")) package.path = ""
print(pcall(require, "zzz")) package.path = "./?.lua" local old = package.loaders
package.loaders = nil print(pcall(require, "zzz")) package.loaders = {} print(pcall(require, "zzz"))
package.loaders = old print(pcall(require, "zzz"))
