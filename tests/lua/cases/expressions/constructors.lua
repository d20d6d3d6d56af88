-- Manual 2.5.7: table constructors.
local function dump(t)
  local keys = {}
  for k in pairs(t) do keys[#keys + 1] = k end
  table.sort(keys, function(a, b) return type(a) .. tostring(a) < type(b) .. tostring(b) end)
  for i, k in ipairs(keys) do keys[i] = tostring(k) .. "=" .. tostring(t[k]) end
  return "{" .. table.concat(keys, ",") .. "}"
end
local function f() return 1, 2, 3 end
print(dump {}, dump { 1 }, dump { 1, 2, }, dump { 1; 2; }, dump { x = 1 },
  dump { ["x"] = 1, [1] = 2 }, dump { 1, x = 2; 3 })
print(dump { f() }, dump { f(), f() }, dump { (f()) }, dump { f(), nil }, dump { nil, f() },
  dump { x = f() }, dump { f(), x = 1 }, dump { x = 1, f() })
print(dump { [f()] = f() }, dump { [1] = "a", "b" }, dump { "b", [1] = "a" },
  dump { [2] = "x", "a", "b" }, dump { "a", [1] = "z", "b" })
print(dump { x = 1, x = 2 }, dump { nil, nil, 3 }, dump { [1.0] = 1, [1.5] = 2 },
  dump { [true] = 1, [false] = 2 })
print(dump { "a", n = nil, "b" }, #dump { a = { b = {} } } > 5,
  dump { -1, -0, not nil, #"xx", "a" .. "b" })
local order = {}
local function v(x) order[#order + 1] = x return x end
local _ = { v "a", [v "b"] = v "c", d = v "d", v "e" }
print(table.concat(order))
local function va(...) return { ... }, { n = select("#", ...), ... }, { ..., "end" } end
for i = 1, 3 do print(dump((select(i, va(1, nil, 3))))) end
for i = 1, 3 do print(dump((select(i, va())))) end
local items = {}
for i = 1, 300 do items[i] = tostring(i) end
local big = loadstring("return {" .. table.concat(items, ",") .. "}")()
print(#big, big[1], big[50], big[51], big[256], big[300])
for i = 1, 300 do items[i] = "k" .. i .. "=" .. i end
big = loadstring("return {" .. table.concat(items, ",") .. "}")()
print(big.k1, big.k255, big.k256, big.k300)
big = loadstring("return {" .. ("{"):rep(100) .. ("}"):rep(100) .. "}")()
local depth = 0
while big do big, depth = big[1], depth + 1 end
print(depth)
local function new() return { 1, { 2 }, x = { y = 3 } } end
local a, b = new(), new()
a[2][1], a.x.y, a[1] = "changed", "changed", "changed"
print(b[1], b[2][1], b.x.y, new()[2][1])
print(pcall(loadstring "return { [nil] = 1 }")) print(pcall(loadstring "return { [0/0] = 1 }"))
for _, s in ipairs { "{", "{,}", "{;}", "{1,,2}", "{1 2}", "{x=}", "{[1]}", "{[1]=}", "{[]=1}",
  "{x.y=1}", "{1=2}", "{'x'=1}", "{...}", "{f()=1}", "{x=1 y=2}", "{x:y()}", "{function() end}",
  "{x,y;z,}", "{[x]=1,[y]=2;}" } do
  print(s, select(2, loadstring("return " .. s, "=c")) or "fine")
end
