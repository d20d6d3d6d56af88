-- loadfile and dofile on files that the script writes.
local function write(name, text) local f = assert(io.open(name, "wb")) f:write(text) f:close() end
write("a.lua", "return 'a', ..., select('#', ...)") print(loadfile "a.lua"(1, 2))
print(dofile "a.lua") write("b.lua", "x = = 1") print(loadfile "b.lua")
print(pcall(dofile, "b.lua")) write("c.lua", "\n\nerror 'at line 3'") print(pcall(dofile, "c.lua"))
print(pcall(loadfile "c.lua")) print(loadfile "missing.lua") print(pcall(dofile, "missing.lua"))
write("d.lua", "#!/usr/bin/env lua\nreturn 'after shebang', debug.getinfo(1, 'l').currentline")
print(dofile "d.lua") write("e.lua", "\239\187\191return 'after mark'") print(dofile "e.lua")
write("f.lua", "") print(dofile "f.lua") print(select("#", dofile "f.lua"))
write("g.lua", "#only a comment") print(loadfile "g.lua" ~= nil)
write("h.lua", "g_set = 'by file' local l = 1 return g_get") g_get = 7
print(dofile "h.lua", g_set, l) print(loadfile("h.lua", "t", { g_get = "env" })())
print(loadfile("h.lua", "b")) print(pcall(loadfile, {})) print(pcall(dofile, {}))
print(loadfile(".")) print(pcall(dofile, "."))
write("i.lua",
  "return function(n) return debug.getinfo(1, 'S').source, debug.getinfo(1, 'S').short_src end")
print(dofile "i.lua"()) write("j.lua", "return coroutine.yield 'from file'")
print(pcall(coroutine.wrap(function() return dofile "j.lua" end)))
write("k.lua", "return 1,\r\n2,\r3,\n\r4, debug.getinfo(1, 'l').currentline") print(dofile "k.lua")
write("l.lua", ("-- filler\n"):rep(5000) .. "return 'long file', debug.getinfo(1, 'l').currentline")
print(dofile "l.lua") write("m.lua", "return '" .. ("x"):rep(100000) .. "'") print(#dofile "m.lua")
write("n.lua", "local a = ... return a") print(loadfile "n.lua"("arg"), loadfile "n.lua"())
for c in ("abcdefghijklmn"):gmatch "." do os.remove(c .. ".lua") end print(loadfile "a.lua")
