-- What the libraries allocate, in coroutines and in patterns, for texts and lists.

local function squares(n)
  for i = 1, n do coroutine.yield({ i * i }) end
  return "done"
end
local co, got = coroutine.create(squares), {}
while coroutine.status(co) ~= "dead" do
  local ok, value = coroutine.resume(co, 3)
  if not ok then error(value, 0) end
  got[#got + 1] = type(value) == "table" and value[1] or value
end
assert(table.concat(got, " ") == "1 4 9 done")
local deeper = coroutine.wrap(function()
  local function deep(n) if n == 0 then return { "bottom" } end return deep(n - 1), n end
  coroutine.yield((deep(100))[1])
  return select("#", unpack({}, 1, 300))
end)
assert(deeper() == "bottom" and deeper() == 300)

local words = {}
for word, rest in ("one=1, two=22, three=333"):gmatch("(%a+)=(%d+)") do
  words[#words + 1] = word .. rest
end
assert(#words == 3 and words[3] == "three333")
assert(("hello world"):gsub("o", { o = "0" }) == "hell0 w0rld")
assert(("hello world"):gsub("%w+", function(w) return w:upper() .. #w end) == "HELLO5 WORLD5")
assert(("hello world"):gsub("(l+)(.)", "<%2%1>") == "he<oll> wor<dl>")
assert(("x"):rep(1000, ","):len() == 1999 and ("abc"):reverse() == "cba")
assert(("%5.2f|%s|%q|%-8d|%x"):format(1.5, "text", "a\nb", 7, 255) ==
  " 1.50|text|\"a\\\nb\"|7       |ff")
assert(#("%s"):format(("y"):rep(5000)) == 5000)
assert(("long key "):rep(30):find("y long", 1, true) == 8)

local list = {}
for i = 1, 60 do list[i] = (i * 37) % 61 end
table.sort(list, function(a, b) return a < b end)
assert(list[1] == 1 and list[60] == 60)
for i = 1, 40 do table.insert(list, 1, i .. "") table.remove(list) end
assert(#table.concat(list, ", ", 1, 50) > 100)
local made = assert(load(function()
  local part = got[1]
  table.remove(got, 1)
  return part and ("local v" .. part .. " = { " .. #words .. " } ")
end))
made()
local object = setmetatable({}, { __tostring = function() return "an " .. "object" end,
  __concat = function(a, b) return { a, b } end, __add = function(a, b) return { a, b } end })
assert(tostring(object) == "an object" and (object .. "x")[2] == "x" and (object + 1)[2] == 1)
assert(string.dump(squares):len() > 50 and tostring(0.1):len() == 3)
assert(debug.traceback("trace", 1):find("stack traceback"))
local _, e = xpcall(function() error({ "kept" }) end, function(e) return { e } end)
if type(e) == "string" then error("not enough memory", 0) end -- in the handler or before
assert(e[1][1] == "kept")
return got
