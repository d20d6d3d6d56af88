-- Programs that take memory without end, each in its own way, under a limit of 4 MB: the error
-- "not enough memory", and what was taken is there again for the next.
local function without_end(name, make)
  local ok, message = pcall(function()
    local t = {}
    for i = 1, 1e9 do t[i] = make(i) end
  end)
  print(name, ok, message)
end
for round = 1, 2 do
  without_end("numbers", function(i) return i end)
  without_end("tables", function(i) return { i } end)
  without_end("closures", function(i) return function() return i end end)
  without_end("strings", tostring)
  without_end("long strings", function(i) return ("x"):rep(i) end)
  without_end("coroutines", function() return coroutine.create(print) end)
  without_end("userdata", function() return newproxy(true) end)
  print("keys", pcall(function()
    local t = {}
    for i = 1, 1e9 do t["key" .. i] = i end
  end))
  print("concatenation", pcall(function()
    local s = "x"
    while true do s = s .. s end
  end))
end
collectgarbage()
print("left", collectgarbage "count" < 512)
print("rep", pcall(string.rep, "x", 2 ^ 30))
local list = {}
for i = 1, 1000 do list[i] = "x" end
print("concat", pcall(table.concat, list, ("y"):rep(100000)))
print("format", pcall(string.format, "%s%s", ("x"):rep(1e6), ("y"):rep(1.2e6)))
print("gsub", pcall(string.gsub, ("x"):rep(1e5), "x", ("y"):rep(1000)))
print("source", (pcall(loadstring, "return '" .. ("x"):rep(1e6) .. "'")))
print("load", load(function() return ("x"):rep(10000) end))
local function grow(...) return grow(1, ...) end
print("arguments", pcall(grow))
local function deep(n) return 1 + deep(n + 1) end
print("stack", pcall(deep, 1))
print("in a coroutine", coroutine.resume(coroutine.create(function()
  local t = {}
  while true do t[#t + 1] = {} end
end)))
print("handler", xpcall(string.rep, print, "x", 2 ^ 30))
print("the end", #("ok"):rep(1000))
