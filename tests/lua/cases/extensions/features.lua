-- What of Lua 5.2 and later the default build has, and has not.
print(table.pack, table.unpack, rawlen, math.type, utf8, bit32, table.move ~= nil,
  coroutine.isyieldable ~= nil, coroutine.close, warn, string.pack, math.tointeger,
  debug.getuservalue, debug.setcstacklimit, loadstring ~= nil, unpack ~= nil, setfenv ~= nil,
  table.getn ~= nil, math.mod, string.gfind, gcinfo ~= nil, newproxy ~= nil)
for _, s in ipairs { "return 7 // 2", "return 1 & 2", "return 1 | 2", "return ~1", "return 1 << 2",
  "return 1 >> 2", "local x <const> = 1", "local x <close> = nil", "return 0x1p4",
  "return '\\x41\\u{42}\\z   C'", "goto l ::l:: return 'goto'", "return 1;", ";", ";;return 1",
  "break", "return _ENV", "local _ENV = {} return x", "::a:: ::b:: return 2", "return 5LL ~= nil",
  "return 3i ~= nil", "return 0xffULL ~= nil", "return 1e3",
  "if x then goto continue end ::continue:: return 3", "for i = 1, 2 do break end return 4",
  "return 'a' < 'b'", "return #'\\xff'", "return 0b11", "return 1_000", "function f() end return f",
  "global x", "return a.b?.c", "x += 1", "return !true", "return x != 1", "return x ? 1 : 2",
  "const x = 1", "return `x`", "return $x", "return @x", "return 'it''s'", "return \"a\" \"b\"",
  "return [[a]] .. [=[b]=]", "return (1)", "return {}", "return function() end" } do
  local f, m = loadstring(s, "=x") if f then local ok, r = pcall(f)
    print(s, ok, type(r) == "table" and "table" or type(r) == "function" and "function" or r)
  else print(s, m) end end
print(#setmetatable({}, { __len = function() return 5 end }))
for k in pairs(setmetatable({ 1 }, { __pairs = function() return print end })) do print(k) end
print(xpcall(function(...) return select("#", ...) end, print, 1, 2, 3))
print(load("return 1", "=c", "t", {})()) print(("x"):rep(3, "-"))
print(tostring(1e15), 2 ^ 53 == 2 ^ 53 + 1) print(math.log(8, 2), math.log(100, 10))
print(pcall(string.format, "%q", 1 / 3)) print(string.format("%s", true))
print(tostring(setmetatable({}, { __name = "N" })):match "^table" ~= nil) print(select(-1, 1, 2))
print(table.concat({ 1, 2 }, ",")) print(coroutine.running())
print(coroutine.wrap(function() return select("#", coroutine.running()) end)())
print(tonumber "0x1p4", tonumber("7fffffff", 16), tonumber "1e1", tonumber "0x.8")
print(("abc"):find("b", 1, true), ("%a"):gsub("%%", "x"))
print(string.find("a\0b", "\0"), ("\0"):rep(3) == "\0\0\0") print(os.execute "exit 2")
print(io.lines ~= nil, io.type(io.stdout))
print(package.searchers, package.loaders ~= nil, package.searchpath ~= nil)
print(debug.getinfo(1, "u").nparams, debug.upvalueid ~= nil)
print(type(loadstring "goto = 1"), type(loadstring "local goto = goto"))
print(getmetatable "".__index == string, pcall(function() return ("x") + 1 end))
print("10" + 5, "3" * "4", 10 .. "") print(1 / 0, -1 / 0, 3 % -2, -3 % 2, 5.5 % 2)
print(2 ^ 31, 2 ^ 32, 2 ^ 53, 1e100) print(type(getfenv), type(setfenv), getfenv() == _G)
print(pcall(function() local t = setmetatable({}, { __gc = print }) t = nil collectgarbage() end))
