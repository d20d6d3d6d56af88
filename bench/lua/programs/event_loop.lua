-- An event loop: timers in a heap, callbacks, tasks as coroutines, listeners of events.

local n = tonumber(arg[1]) or 350000

local Heap = {}
Heap.__index = Heap

local function before(a, b)
  return a.at < b.at or a.at == b.at and a.id < b.id
end

function Heap:push(item)
  local at = #self + 1
  while at > 1 do
    local parent = math.floor(at / 2)
    if not before(item, self[parent]) then
      break
    end
    self[at] = self[parent]
    at = parent
  end
  self[at] = item
end

function Heap:pop()
  local top, count = self[1], #self
  local item = self[count]
  self[count] = nil
  count = count - 1
  if count > 0 then
    local at = 1
    while true do
      local child = 2 * at
      if child < count and before(self[child + 1], self[child]) then
        child = child + 1
      end
      if child > count or not before(self[child], item) then
        break
      end
      self[at] = self[child]
      at = child
    end
    self[at] = item
  end
  return top
end

local Loop = {}
Loop.__index = Loop

function Loop.new()
  return setmetatable({ now = 0, ids = 0, timers = setmetatable({}, Heap), listeners = {} }, Loop)
end

function Loop:after(delay, callback)
  self.ids = self.ids + 1
  self.timers:push { at = self.now + delay, id = self.ids, callback = callback }
end

function Loop:on(event, listener)
  local list = self.listeners[event] or {}
  list[#list + 1] = listener
  self.listeners[event] = list
end

function Loop:emit(event, ...)
  for _, listener in ipairs(self.listeners[event] or {}) do
    listener(...)
  end
end

-- Starts a task, which may call sleep.
function Loop:spawn(body)
  local task = coroutine.create(body)
  local function continue()
    local ok, delay = coroutine.resume(task)
    assert(ok, delay)
    if delay then
      self:after(delay, continue)
    end
  end
  self:after(0, continue)
end

function Loop:run()
  while #self.timers > 0 do
    local timer = self.timers:pop()
    self.now = timer.at
    timer.callback()
  end
end

local sleep = coroutine.yield
local loop = Loop.new()
local ticks, received, weight = 0, 0, 0
loop:on("data", function(id, value) received = received + value % (id + 1) end)
loop:on("data", function(id) weight = (weight + id * loop.now) % 1000003 end)
for id = 1, 20 do
  loop:spawn(function()
    for i = 1, n / 20 do
      sleep((id * i) % 17 + 1)
      loop:emit("data", id, i)
    end
  end)
end
local function tick()
  ticks = ticks + 1
  if ticks < n then
    loop:after(ticks % 5 + 1, tick)
  end
end
loop:after(1, tick)
loop:run()
print(string.format("%d ticks, %d received, weight %d, ends at %d", ticks, received, weight,
  loop.now))
