-- What generated programs call.  Nothing here prints addresses or the order of a hash part.
local ticks, lines = 0, 0

-- Without SSE 4.1 LuaJIT's interpreter rounds -0.1 up to -0, and -0.6 to 0.
local ceil = math.ceil
math.ceil = function(x) return ceil(x) + 0 end

local function show(v, depth)
  local kind = type(v)
  if kind == "number" then
    if v ~= v then return "nan" elseif v == 0 then return 1 / v > 0 and "0" or "-0" end
    return ("%.17g"):format(v)
  elseif kind == "string" then
    if #v > 80 then v = v:sub(1, 60) .. "..." .. #v end
    return (("%q"):format(v:gsub("0x%x%x%x%x%x%x+", "ADDRESS"):gsub("builtin#%d+", "builtin"))
      :gsub("\n", "n"):gsub("%z", "\\0"))
  elseif v == _G then
    return "_G"
  elseif kind == "table" and depth > 0 and not getmetatable(v) then
    local keys = {}
    for k in pairs(v) do keys[#keys + 1] = show(k, 0) .. "=" .. show(rawget(v, k), depth - 1) end
    table.sort(keys)
    for i = 9, #keys do keys[i] = nil end
    return "{" .. table.concat(keys, " ") .. "}"
  elseif kind == "nil" or kind == "boolean" then
    return tostring(v)
  end
  return kind
end

-- Prints a line with all its arguments; a program that has printed much prints no more.
local function T(...)
  lines = lines + 1
  if lines > 60 then return end
  local out = {}
  for i = 1, select("#", ...) do out[i] = show((select(i, ...)), 2) end
  io.write(table.concat(out, " "), "\n")
end

-- Counts rounds and calls; after some it says true, after many it stops the program.
local function tick()
  ticks = ticks + 1
  if ticks > 400 then error("out of ticks", 0) end
  return ticks > 200
end

-- A string that does not grow for ever.
local function C(s) return #s > 200 and s:sub(1, 100) or s end

local function num(v) return type(v) == "number" and v or 7 end

-- A number for which bit operations and %d are defined: no NaN, within 2^51.
local function whole(v)
  v = num(v)
  if v ~= v or v > 2 ^ 51 or v < -2 ^ 51 then return 11 end
  return v
end

-- A total order, so that the way of sorting does not show.
local function by_text(a, b)
  local x, y = tostring(a), tostring(b)
  if x ~= y then return x < y end
  return type(a) < type(b)
end

local function count(limit, i) if i < limit then return i + 1, i * 2 end end

-- The string keys of a table in order.
local function sorted(t)
  local keys, i = {}, 0
  for k in pairs(t) do if type(k) == "string" then keys[#keys + 1] = k end end
  table.sort(keys)
  return function()
    i = i + 1
    if keys[i] ~= nil then return keys[i], t[keys[i]] end
  end
end

-- Something of a value that can be summed in any order without rounding.
local function exact(v)
  if type(v) == "string" then return #v end
  return type(v) == "number" and v - v == 0 and math.floor(v * 2) % 100003 or 0
end

local function summary(t)
  local n, sum = 0, 0
  for k, v in pairs(t) do
    n = n + 1
    sum = sum + exact(k) * 3 + exact(v)
  end
  return n, sum, next(t) == nil
end

local environment = setmetatable({ T = T, tick = tick, C = C, num = num, whole = whole,
  by_text = by_text, count = count, sorted = sorted, summary = summary }, { __index = _G })
for name, value in pairs(environment) do _G[name] = value end

local function P(seed, text)
  print("@@begin " .. seed)
  ticks, lines = 0, 0
  local chunk, message = loadstring(text, "=p")
  if not chunk then
    print("does not compile: " .. message)
  else
    T(pcall(setfenv(chunk, environment)))
  end
  debug.setmetatable("", { __index = string })
  print("@@end " .. seed)
end

