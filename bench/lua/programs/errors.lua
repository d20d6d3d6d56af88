-- Errors: pcall, error with strings and tables, xpcall, errors that pass through frames.

local n = tonumber(arg[1]) or 400000
local pcall, error, xpcall = pcall, error, xpcall

local function check(i)
  if i % 4 == 0 then
    error({ code = i % 10 })
  elseif i % 7 == 0 then
    error("odd one", 0)
  end
  return i % 3
end

local function nested(depth, i)
  if depth == 0 then
    return check(i)
  end
  return 1 + nested(depth - 1, i)
end

local function handler(problem)
  return type(problem) == "table" and problem.code or #problem
end

local good, codes, texts = 0, 0, 0
for i = 1, n do
  local ok, result = pcall(nested, i % 5, i)
  if ok then
    good = good + result
  elseif type(result) == "table" then
    codes = codes + result.code
  else
    texts = texts + #result
  end
  if i % 8 == 0 then
    local _, code = xpcall(function() return check(i) end, handler)
    codes = codes + code
  end
end
print(string.format("%d %d %d", good, codes, texts))
