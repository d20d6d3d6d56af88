-- Richards: the simulated task dispatcher of an operating system; objects, methods, lists.

local n = tonumber(arg[1]) or 220
local COUNT, DATA = 1000, 4
local IDLE, WORKER, HANDLER_A, HANDLER_B, DEVICE_A, DEVICE_B = 1, 2, 3, 4, 5, 6
local WORK, DEVICE = "work", "device"

local function class()
  local c = {}
  c.__index = c
  return c
end

local Packet = class()

local function packet(link, id, kind)
  return setmetatable({ link = link, id = id, kind = kind, index = 0, data = { 0, 0, 0, 0 } },
    Packet)
end

-- Appends to the list, whose first element (or itself) it returns.
function Packet:add_to(list)
  self.link = nil
  if not list then
    return self
  end
  local last = list
  while last.link do
    last = last.link
  end
  last.link = self
  return list
end

local Block = class()

function Block:waits()
  return self.held or self.suspended and not self.runnable
end

function Block:run()
  local message
  if self.suspended and self.runnable then
    message = self.queue
    self.queue = message.link
    self.suspended, self.runnable = false, self.queue ~= nil
  end
  return self.task:run(message)
end

function Block:accept(current, message)
  if self.queue then
    self.queue = message:add_to(self.queue)
    return current
  end
  self.queue, self.runnable = message, true
  return self.priority > current.priority and self or current
end

local Scheduler = class()

local function scheduler()
  return setmetatable({ queued = 0, holds = 0, blocks = {} }, Scheduler)
end

function Scheduler:add(id, priority, queue, task)
  task.scheduler = self
  self.list = setmetatable({ link = self.list, id = id, priority = priority, queue = queue,
    task = task, held = false, suspended = true, runnable = queue ~= nil }, Block)
  self.blocks[id] = self.list
  return self.list
end

function Scheduler:run()
  self.current = self.list
  while self.current do
    if self.current:waits() then
      self.current = self.current.link
    else
      self.id = self.current.id
      self.current = self.current:run()
    end
  end
end

function Scheduler:release(id)
  local block = self.blocks[id]
  block.held = false
  return block.priority > self.current.priority and block or self.current
end

function Scheduler:hold()
  self.holds = self.holds + 1
  self.current.held = true
  return self.current.link
end

function Scheduler:suspend()
  self.current.suspended = true
  return self.current
end

function Scheduler:send(message)
  local block = self.blocks[message.id]
  self.queued = self.queued + 1
  message.link, message.id = nil, self.id
  return block:accept(self.current, message)
end

local Idle = class()

local function toggle(value, mask)
  return math.floor(value / mask) % 2 == 1 and value - mask or value + mask
end

-- Steps a feedback shift register to choose a device.
function Idle:run()
  self.count = self.count - 1
  if self.count == 0 then
    return self.scheduler:hold()
  end
  local low = self.register % 2
  self.register = (self.register - low) / 2
  if low == 0 then
    return self.scheduler:release(DEVICE_A)
  end
  self.register = toggle(toggle(toggle(self.register + 0x8000, 0x4000), 0x1000), 8)
  return self.scheduler:release(DEVICE_B)
end

local Device = class()

function Device:run(message)
  if message then
    self.pending = message
    return self.scheduler:hold()
  end
  local pending = self.pending
  if not pending then
    return self.scheduler:suspend()
  end
  self.pending = nil
  return self.scheduler:send(pending)
end

local Worker = class()

function Worker:run(message)
  if not message then
    return self.scheduler:suspend()
  end
  self.target = self.target == HANDLER_A and HANDLER_B or HANDLER_A
  message.id, message.index = self.target, 0
  for i = 1, DATA do
    self.letter = self.letter % 26 + 1
    message.data[i] = self.letter
  end
  return self.scheduler:send(message)
end

local Handler = class()

function Handler:run(message)
  if message then
    local list = message.kind == WORK and "work" or "devices"
    self[list] = message:add_to(self[list])
  end
  local work, device = self.work, self.devices
  if work and work.index >= DATA then
    self.work = work.link
    return self.scheduler:send(work)
  elseif work and device then
    self.devices = device.link
    work.index = work.index + 1
    device.index = work.data[work.index]
    return self.scheduler:send(device)
  end
  return self.scheduler:suspend()
end

local function packets(count, id, kind)
  local list
  for _ = 1, count do
    list = packet(list, id, kind)
  end
  return list
end

local function round()
  local s = scheduler()
  local idle = s:add(IDLE, 0, nil, setmetatable({ register = 1, count = COUNT }, Idle))
  idle.suspended = false
  s:add(WORKER, 1000, packets(2, WORKER, WORK),
    setmetatable({ target = HANDLER_A, letter = 0 }, Worker))
  s:add(HANDLER_A, 2000, packets(3, DEVICE_A, DEVICE), setmetatable({}, Handler))
  s:add(HANDLER_B, 3000, packets(3, DEVICE_B, DEVICE), setmetatable({}, Handler))
  s:add(DEVICE_A, 4000, nil, setmetatable({}, Device))
  s:add(DEVICE_B, 5000, nil, setmetatable({}, Device))
  s:run()
  return s.queued, s.holds
end

local queued, holds = 0, 0
for _ = 1, n do
  local q, h = round()
  queued, holds = queued + q, holds + h
end
print(string.format("%d queued, %d holds", queued, holds))
