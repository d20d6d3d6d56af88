-- Havlak's loop finder: depth-first numbering, union-find and sets over a control-flow graph.

local n = tonumber(arg[1]) or 60

local function block(graph)
  local b = { id = #graph + 1, ins = {}, outs = {} }
  graph[b.id] = b
  return b
end

local function edge(from, to)
  from.outs[#from.outs + 1] = to
  to.ins[#to.ins + 1] = from
  return to
end

local function diamond(graph, start)
  local left, right, join = block(graph), block(graph), block(graph)
  edge(start, left)
  edge(start, right)
  edge(left, join)
  return edge(right, join)
end

local function straight(graph, start, count)
  for _ = 1, count do
    start = edge(start, block(graph))
  end
  return start
end

-- A loop around two inner ones, the innermost with a diamond.
local function nest(graph, start)
  local header = straight(graph, start, 1)
  local first = diamond(graph, header)
  local body = straight(graph, first, 1)
  local last = diamond(graph, straight(graph, body, 1))
  edge(last, body)
  edge(straight(graph, last, 1), header)
  return straight(graph, last, 1)
end

local function build(size)
  local graph = {}
  local at = straight(graph, block(graph), 2)
  for _ = 1, size do
    local top = at
    for _ = 1, 10 do
      local inner = straight(graph, at, 1)
      for _ = 1, 5 do
        at = nest(graph, at)
      end
      edge(at, inner)
    end
    edge(at, top)
    at = straight(graph, at, 1)
  end
  return graph
end

-- Numbers in depth-first order, without recursion: graphs are deep.
local function number(root)
  local order, of, last = {}, {}, {}
  local stack, nexts = { root }, { 1 }
  order[1], of[root] = root, 1
  while #stack > 0 do
    local top = #stack
    local node = stack[top]
    local to = node.outs[nexts[top]]
    if not to then
      last[of[node]] = #order
      stack[top], nexts[top] = nil, nil
    else
      nexts[top] = nexts[top] + 1
      if not of[to] then
        order[#order + 1] = to
        of[to] = #order
        stack[top + 1], nexts[top + 1] = to, 1
      end
    end
  end
  return order, of, last
end

local function find(parents, x)
  local root = x
  while parents[root] ~= root do
    root = parents[root]
  end
  while parents[x] ~= root do
    parents[x], x = root, parents[x]
  end
  return root
end

-- Predecessors of each number: from its own descendants (back edges), and others.
local function classify(order, of, last)
  local back, other = {}, {}
  for w, node in ipairs(order) do
    back[w], other[w] = {}, {}
    for _, from in ipairs(node.ins) do
      local v = of[from]
      if v then
        local list = (w <= v and v <= last[w]) and back[w] or other[w]
        list[#list + 1] = v
      end
    end
  end
  return back, other
end

-- The members of the loop headed by w (as roots of the union-find), and whether it is reducible.
local function gather(w, back, other, last, parents)
  local members, seen, reducible = {}, {}, true
  local function add(v)
    local root = find(parents, v)
    if root ~= w and not seen[root] then
      seen[root] = true
      members[#members + 1] = root
    end
  end
  for _, v in ipairs(back[w]) do
    add(v)
  end
  local i = 1
  while members[i] do
    for _, v in ipairs(other[members[i]]) do
      local root = find(parents, v)
      if w <= root and root <= last[w] then
        add(v)
      else
        reducible = false
        other[w][#other[w] + 1] = root
      end
    end
    i = i + 1
  end
  return members, reducible
end

local function loops(graph)
  local order, of, last = number(graph[1])
  local back, other = classify(order, of, last)
  local parents, found = {}, {}
  for w = 1, #order do
    parents[w] = w
  end
  for w = #order, 1, -1 do
    local members, reducible = gather(w, back, other, last, parents)
    if #back[w] > 0 then
      found[#found + 1] = { header = w, reducible = reducible, members = members }
    end
    for _, v in ipairs(members) do
      parents[v] = w
    end
  end
  return found
end

local graph = build(4)
local count, members, odd = 0, 0, 0
for _ = 1, n do
  for _, loop in ipairs(loops(graph)) do
    count, members = count + 1, members + #loop.members
    odd = odd + (loop.reducible and 0 or 1)
  end
end
print(string.format("%d blocks, %d loops, %d members, %d irreducible", #graph, count, members, odd))
