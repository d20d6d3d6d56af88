-- Queues, stacks, heaps, linked lists, sets, matrices, graphs.
local Heap = {} Heap.__index = Heap
function Heap.new(lt) return setmetatable({ n = 0, lt = lt or function(a, b) return a < b end },
    Heap) end
function Heap:push(v)
  self.n = self.n + 1
  local i = self.n
  self[i] = v
  while i > 1 do
    local p = math.floor(i / 2)
    if not self.lt(self[i], self[p]) then break end
    self[i], self[p], i = self[p], self[i], p
  end
end
function Heap:pop()
  local top = self[1]
  self[1], self[self.n] = self[self.n], nil
  self.n = self.n - 1
  local i = 1
  while true do
    local l, r, m = 2 * i, 2 * i + 1, i
    if l <= self.n and self.lt(self[l], self[m]) then m = l end
    if r <= self.n and self.lt(self[r], self[m]) then m = r end
    if m == i then return top end
    self[i], self[m], i = self[m], self[i], m
  end
end
local h = Heap.new()
for i = 1, 30 do h:push(i * 17 % 31) end
local out = {}
while h.n > 0 do out[#out + 1] = h:pop() end
print(table.concat(out, " "))
local graph = { a = { b = 4, c = 1 }, b = { d = 1 }, c = { b = 2, d = 5 }, d = {}, e = { a = 1 } }
local function dijkstra(from)
  local dist, q = { [from] = 0 }, Heap.new(function(x, y) return x[1] < y[1] end)
  q:push { 0, from }
  while q.n > 0 do
    local d, node = unpack(q:pop())
    if d == dist[node] then
      for to, w in pairs(graph[node]) do
        if not dist[to] or d + w < dist[to] then dist[to] = d + w q:push { d + w, to } end
      end
    end
  end
  return dist
end
for _, from in ipairs { "a", "e", "c" } do
  local d = dijkstra(from)
  for _, n in ipairs { "a", "b", "c", "d", "e" } do io.write(n, "=", tostring(d[n]), " ") end
  print()
end
local function matmul(a, b)
  local c = {}
  for i = 1, #a do
    c[i] = {}
    for j = 1, #b[1] do
      local s = 0
      for k = 1, #b do s = s + a[i][k] * b[k][j] end
      c[i][j] = s
    end
  end
  return c
end
local m = { { 1, 1 }, { 1, 0 } }
local p = m
for _ = 1, 30 do p = matmul(p, m) end
print(p[1][1], p[1][2], p[2][2])
local Set = {} Set.__index = Set
local function set(t) local s = setmetatable({}, Set) for _, v in ipairs(t) do s[v] = true end
  return s end
Set.__add = function(a, b) local r = set {} for k in pairs(a) do r[k] = true end
  for k in pairs(b) do r[k] = true end return r end
Set.__mul = function(a, b) local r = set {} for k in pairs(a) do r[k] = b[k] end return r end
Set.__le = function(a, b) for k in pairs(a) do if not b[k] then return false end end return true end
Set.__lt = function(a, b) return a <= b and not (b <= a) end
Set.__eq = function(a, b) return a <= b and b <= a end
Set.__tostring = function(s) local l = {} for k in pairs(s) do l[#l + 1] = tostring(k) end
  table.sort(l) return "{" .. table.concat(l, ",") .. "}" end
local s1, s2 = set { 1, 2, 3 }, set { 2, 3, 4 }
print(tostring(s1 + s2), tostring(s1 * s2), s1 <= s2, s1 * s2 < s1, s1 == set { 3, 2, 1 }, s1 ~= s2)
local list for i = 1, 10 do list = { v = i, next = list } end
local rev while list do local nx = list.next list.next, rev, list = rev, list, nx end
local l = rev out = {} while l do out[#out + 1] = l.v l = l.next end
print(table.concat(out, " "))
local function insert(t, v) if not t then return { v = v } end local side = v < t.v and "l" or "r"
  t[side] = insert(t[side], v) return t end
local function depth(t) return t and 1 + math.max(depth(t.l), depth(t.r)) or 0 end
local function inorder(t, o) if t then inorder(t.l, o) o[#o + 1] = t.v inorder(t.r, o) end return o
end
local tree for i = 1, 40 do tree = insert(tree, i * 23 % 41) end
print(depth(tree), table.concat(inorder(tree, {}), " "))
local lru = { n = 0, size = 3, map = {}, order = {} }
function lru:get(k) local v = self.map[k]
  if v then for i, x in ipairs(self.order) do if x == k then table.remove(self.order, i) break end
    end table.insert(self.order, k) end return v end
function lru:put(k, v) if not self.map[k] and
  #self.order >= self.size then self.map[table.remove(self.order, 1)] = nil end
  if self.map[k] then self:get(k) else table.insert(self.order, k) end self.map[k] = v end
for i = 1, 5 do lru:put("k" .. i, i) lru:get "k2" end
print(table.concat(lru.order, " "), lru:get "k1", lru:get "k2", lru:get "k5")
