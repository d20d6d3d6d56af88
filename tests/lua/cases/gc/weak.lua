-- Manual 2.10.2: weak keys, values and both; what is collected and what stays.
local function count(t) local n = 0 for _ in pairs(t) do n = n + 1 end return n end
local function full() collectgarbage() collectgarbage() end
local k = setmetatable({}, { __mode = "k" })
local v = setmetatable({}, { __mode = "v" })
local kv = setmetatable({}, { __mode = "kv" })
local keep = {}
for i = 1, 10 do
  local a = {} if i % 2 == 0 then keep[#keep + 1] = a end
  k[a] = i v[i] = a kv[a] = a kv[i] = i
end
full() print(count(k), count(v), count(kv), v[2] == keep[1], v[1])
k.name = "string key" k[1] = 1 v.s = "string value" v[print] = print k[{}] = "dies" v.dies = {}
v.fn = function() return keep end
full() print(count(k), count(v), k.name, k[1], v.s, v[print] == print, v.dies)
local s = setmetatable({}, { __mode = "v" }) s[1] = ("str"):rep(10) s[2] = 5 s[3] = true full()
print(s[1], s[2], s[3])
s = setmetatable({}, { __mode = "k" }) s[("key"):rep(4)] = 1 s[5] = 2 s[true] = 3 full()
print(count(s))
local dead = setmetatable({}, { __mode = "k" })
do local a = {} dead[a] = { other = 1 } dead[{}] = a end full() print(count(dead))
local strong = setmetatable({}, { __mode = "x" }) strong[{}] = {} full() print(count(strong))
local later = setmetatable({}, {}) later[1] = {} full() print(later[1] ~= nil)
getmetatable(later).__mode = "v" full() print(later[1])
local cache = setmetatable({}, { __mode = "v" })
local function get(n) local o = cache[n] if not o then o = { n = n } cache[n] = o end return o end
local one = get(1) get(2) full() print(cache[1] == one, cache[2], get(1) == one)
local co = setmetatable({}, { __mode = "k" }) co[coroutine.create(print)] = 1
co[function() return co end] = 2 co[newproxy()] = 3 full() print(count(co))
local arr = setmetatable({}, { __mode = "v" }) for i = 1, 8 do arr[i] = i > 4 and {} or i end full()
print(arr[4], arr[5], arr[8], count(arr))
for i = 5, 8 do arr[i] = keep end full() print(count(arr), arr[8] == keep)
local walk, held = setmetatable({}, { __mode = "k" }), {} local n = 0
for i = 1, 50 do held[i] = {} walk[held[i]] = i end
for key in pairs(walk) do n = n + 1 walk[key] = nil end print(n, count(walk))
local shared = { __mode = "v" } local w1, w2 = setmetatable({ {} }, shared),
setmetatable({ keep }, shared) full() print(w1[1], w2[1] == keep)
local nested = setmetatable({}, { __mode = "v" }) nested[1] = setmetatable({}, { __mode = "v" })
full() print(nested[1])
local closure_keep = setmetatable({}, { __mode = "v" })
do local t = {} closure_keep[1] = t k.closure = function() return t end end full()
print(closure_keep[1] ~= nil) k.closure = nil full() print(closure_keep[1])
