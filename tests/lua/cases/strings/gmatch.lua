-- gmatch: captures, empty matches, anchors as plain text, nested use.
local function all(s, p) local out = {}
  for a, b, c in s:gmatch(p) do out[#out + 1] = tostring(a) ..
    (b ~= nil and "/" .. tostring(b) or "") .. (c ~= nil and "/" .. tostring(c) or "")
    if #out > 20 then break end end return #out, table.concat(out, "|") end
for _, c in ipairs { { "one two three", "%a+" }, { "k=v, a=b", "(%w+)=(%w+)" }, { "abc", "" },
  { "", "" }, { "", ".*" }, { "abc", ".*" }, { "abc", ".-" }, { "abc", "b*" }, { "aXbXc", "[^X]*" },
  { "aXbXc", "([^X]*)X?" }, { "abc", "^a" }, { "aaa", "^a" }, { "^a^a", "^a" }, { "aaa", "a$" },
  { "abc", "()" }, { "abc", "()(.)()" }, { "2024-01-31", "%d+" }, { "f(a(b))g(c)", "%b()" },
  { "THE quick Fox", "%f[%a]%a" }, { "a,b,,c", "([^,]*),?" },
  { "line1\nline2\n\nline4", "([^\n]*)\n?" }, { "x", "x*" }, { "aaa", "aa" }, { "\0a\0", "%z" },
  { "((x)(y))", "%((%w)%)" }, { "hello", "l" }, { "none", "z" }, { "tabs\tand spaces", "%s" } } do
  print((c[1]:gsub("[%z\n]", "?")), c[2], (select(2, all(c[1], c[2])):gsub("[%z\n]", "?")),
    (all(c[1], c[2]))) end
local f = ("ab"):gmatch "." print(f(), f(), f(), f()) f = ("ab"):gmatch "(.)(.)" print(f())
print(f()) print(select("#", f()))
for w in ("a b"):gmatch "%a" do for v in ("1 2"):gmatch "%d" do io.write(w, v, " ") end end print()
print(pcall(string.gmatch, "x")) print(pcall(string.gmatch)) print(pcall(string.gmatch, "x", {}))
print(pcall(string.gmatch("x", "["))) print(pcall(function() for a in ("x"):gmatch "(" do end end))
local co = coroutine.wrap(function() for w in ("p q r"):gmatch "%a" do coroutine.yield(w) end end)
print(co(), co(), co())
local t = {} for k, v in ("a=1, b=2, c=3"):gmatch "(%w+)=(%w+)" do t[k] = v end print(t.a, t.b, t.c)
local n = 0 for _ in ("x"):rep(10000):gmatch "x" do n = n + 1 end print(n)
print(string.gmatch(121, 1)()) print(string.gfind == string.gmatch, string.gfind)
