-- A ring of coroutines that hand a token on: resume and yield.

local n = tonumber(arg[1]) or 7000000
local MEMBERS = 503
local create, resume, yield = coroutine.create, coroutine.resume, coroutine.yield

local function member(id)
  return create(function(token)
    while token > 0 do
      token = yield(token - 1)
    end
    return id
  end)
end

local ring = {}
for id = 1, MEMBERS do
  ring[id] = member(id)
end
local token, at = n, 1
local last
while coroutine.status(ring[at]) ~= "dead" do
  local _, value = resume(ring[at], token)
  if token == 0 then
    last = value
    break
  end
  token = value
  at = at % MEMBERS + 1
end
print(string.format("%d", last))
