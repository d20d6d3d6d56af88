-- DeltaBlue: an incremental solver of constraint hierarchies; polymorphic method calls.

local n = tonumber(arg[1]) or 170
local SIZE = 150
local insert, remove = table.insert, table.remove

-- Strengths: the smaller the stronger.
local REQUIRED, PREFERRED, STRONG, NORMAL, WEAKEST = 0, 1, 2, 3, 6

local function class(base)
  local c = {}
  c.__index = c
  return setmetatable(c, { __index = base })
end

local Variable = class()

local function variable(value)
  return setmetatable({ value = value, constraints = {}, mark = 0, strength = WEAKEST,
    stay = true }, Variable)
end

function Variable:drop(constraint)
  for i, c in ipairs(self.constraints) do
    if c == constraint then
      remove(self.constraints, i)
      break
    end
  end
  if self.determined_by == constraint then
    self.determined_by = nil
  end
end

-- Adds the satisfied constraints that read the variable to a list.
function Variable:consumers(list)
  for _, c in ipairs(self.constraints) do
    if c ~= self.determined_by and c:satisfied() then
      insert(list, c)
    end
  end
end

local Planner = class()

function Planner:new_mark()
  self.mark = self.mark + 1
  return self.mark
end

function Planner:add(constraint)
  local mark = self:new_mark()
  local overridden = constraint:satisfy(mark, self)
  while overridden do
    overridden = overridden:satisfy(mark, self)
  end
end

function Planner:remove(constraint)
  local out = constraint:output()
  constraint:unsatisfy()
  constraint:leave()
  local unsatisfied = self:propagate_removal(out)
  for strength = REQUIRED, WEAKEST do
    for _, c in ipairs(unsatisfied) do
      if c.strength == strength then
        self:add(c)
      end
    end
  end
end

function Planner:propagate(constraint, mark)
  local todo = { constraint }
  while #todo > 0 do
    local c = remove(todo)
    if c:output().mark == mark then
      self:remove(constraint)
      return false
    end
    c:recalculate()
    c:output():consumers(todo)
  end
  return true
end

function Planner:propagate_removal(out)
  out.determined_by, out.strength, out.stay = nil, WEAKEST, true
  local unsatisfied, todo = {}, { out }
  while #todo > 0 do
    local v, next_ones = remove(todo), {}
    for _, c in ipairs(v.constraints) do
      if not c:satisfied() then
        insert(unsatisfied, c)
      end
    end
    v:consumers(next_ones)
    for _, c in ipairs(next_ones) do
      c:recalculate()
      insert(todo, c:output())
    end
  end
  return unsatisfied
end

-- The constraints in an order in which executing them gives a solution.
function Planner:plan(sources)
  local mark, plan, todo = self:new_mark(), {}, {}
  for _, c in ipairs(sources) do
    if c.is_input and c:satisfied() then
      insert(todo, c)
    end
  end
  while #todo > 0 do
    local c = remove(todo)
    local out = c:output()
    if out.mark ~= mark and c:inputs_known(mark) then
      insert(plan, c)
      out.mark = mark
      out:consumers(todo)
    end
  end
  return plan
end

local Constraint = class()

function Constraint:satisfy(mark, planner)
  self:choose(mark)
  if not self:satisfied() then
    assert(self.strength ~= REQUIRED, "a required constraint cannot be satisfied")
    return nil
  end
  self:each_input(function(v) v.mark = mark end)
  local out = self:output()
  local overridden = out.determined_by
  if overridden then
    overridden:unsatisfy()
  end
  out.determined_by = self
  assert(planner:propagate(self, mark), "cycle")
  out.mark = mark
  return overridden
end

function Constraint:inputs_known(mark)
  local known = true
  self:each_input(function(v)
    known = known and (v.mark == mark or v.stay or v.determined_by == nil)
  end)
  return known
end

function Constraint:leave()
  for _, v in ipairs(self.variables) do
    v:drop(self)
  end
end

local function post(kind, planner, strength, variables)
  local c = setmetatable({ strength = strength, variables = variables }, kind)
  for _, v in ipairs(variables) do
    insert(v.constraints, c)
  end
  planner:add(c)
  return c
end

local Stay = class(Constraint)

function Stay:satisfied() return self.holds end
function Stay:unsatisfy() self.holds = false end
function Stay:output() return self.variables[1] end
function Stay:each_input() end
function Stay:execute() end

function Stay:choose(mark)
  local v = self.variables[1]
  self.holds = v.mark ~= mark and self.strength < v.strength
end

function Stay:recalculate()
  local v = self.variables[1]
  v.strength, v.stay = self.strength, not self.is_input
end

local Edit = class(Stay)
Edit.is_input = true

local Equal = class(Constraint)

function Equal:satisfied() return self.from ~= nil end
function Equal:unsatisfy() self.from = nil end
function Equal:output() return self.to end
function Equal:each_input(f) f(self.from) end
function Equal:execute() self.to.value = self.from.value end

function Equal:choose(mark)
  local a, b = self.variables[1], self.variables[2]
  local backward = b.mark == mark or a.mark ~= mark and a.strength > b.strength
  local from, to = a, b
  if backward then
    from, to = b, a
  end
  if to.mark ~= mark and self.strength < to.strength then
    self.from, self.to = from, to
  else
    self.from = nil
  end
end

function Equal:recalculate()
  local to, stay, strength = self.to, true, math.max(self.strength, self.from.strength)
  self:each_input(function(v) stay = stay and v.stay end)
  to.strength, to.stay = strength, stay
  if stay then
    self:execute()
  end
end

-- variables: source, destination, scale, offset; destination = source * scale + offset.
local Scale = class(Equal)

function Scale:each_input(f)
  f(self.from)
  f(self.variables[3])
  f(self.variables[4])
end

function Scale:execute()
  local scale, offset = self.variables[3].value, self.variables[4].value
  if self.to == self.variables[2] then
    self.to.value = self.from.value * scale + offset
  else
    self.to.value = (self.from.value - offset) / scale
  end
end

local function change(planner, v, value)
  local edit = post(Edit, planner, PREFERRED, { v })
  local plan = planner:plan { edit }
  for _ = 1, 10 do
    v.value = value
    for _, c in ipairs(plan) do
      c:execute()
    end
  end
  planner:remove(edit)
end

local function planner()
  return setmetatable({ mark = 0 }, Planner)
end

local function chain(length)
  local p, first = planner(), variable(0)
  local last = first
  for _ = 1, length do
    local v = variable(0)
    post(Equal, p, REQUIRED, { last, v })
    last = v
  end
  post(Stay, p, STRONG, { last })
  local edit = post(Edit, p, PREFERRED, { first })
  local plan, sum = p:plan { edit }, 0
  for i = 1, 100 do
    first.value = i
    for _, c in ipairs(plan) do
      c:execute()
    end
    sum = sum + last.value
  end
  p:remove(edit)
  return sum
end

local function projection(length)
  local p, scale, offset = planner(), variable(10), variable(1000)
  local sources, results = {}, {}
  for i = 1, length do
    sources[i], results[i] = variable(i), variable(i)
    post(Stay, p, NORMAL, { sources[i] })
    post(Scale, p, REQUIRED, { sources[i], results[i], scale, offset })
  end
  change(p, sources[length], 17)
  change(p, results[length], 1050)
  change(p, scale, 5)
  change(p, offset, 2000)
  local sum = sources[length].value
  for i = 1, length - 1 do
    sum = sum + results[i].value
  end
  return sum
end

local chains, projections = 0, 0
for _ = 1, n do
  chains, projections = chains + chain(SIZE), projections + projection(SIZE)
end
print(string.format("%d %d", chains, projections))
