-- LZ77 compression: matches found through a hash of three bytes, and expansion again.

local n = tonumber(arg[1]) or 1000000
local byte, char, concat = string.byte, string.char, table.concat
local WINDOW, LONGEST, SHORTEST, TRIES = 4095, 34, 3, 8

local function sample(length)
  local words = { "the ", "lazy ", "compression ", "of ", "text ", "with ", "window ", "and " }
  local seed, out, size = 99, {}, 0
  while size < length do
    seed = seed * 16807 % 2147483647
    local word = seed % 5 == 0 and char(97 + seed % 26) or words[seed % 8 + 1]
    out[#out + 1], size = word, size + #word
  end
  return concat(out):sub(1, length)
end

local function match_length(bytes, a, b)
  local length = 0
  while length < LONGEST and bytes[a + length] == bytes[b + length] and bytes[b + length] do
    length = length + 1
  end
  return length
end

-- Tokens: a byte below 256 stands for itself, else 256 + distance * 64 + length.
local function compress(text)
  local bytes, heads, links, tokens = {}, {}, {}, {}
  for i = 1, #text do
    bytes[i] = byte(text, i)
  end
  local function remember(i)
    if bytes[i + 2] then
      local key = bytes[i] * 65536 + bytes[i + 1] * 256 + bytes[i + 2]
      links[i], heads[key] = heads[key], i
      return links[i]
    end
  end
  local i = 1
  while i <= #text do
    local candidate, best, from = remember(i), 0, 0
    for _ = 1, TRIES do
      if not candidate or i - candidate > WINDOW then
        break
      end
      local length = match_length(bytes, candidate, i)
      if length > best then
        best, from = length, candidate
      end
      candidate = links[candidate]
    end
    if best >= SHORTEST then
      tokens[#tokens + 1] = 256 + (i - from) * 64 + best
      for k = i + 1, i + best - 1 do
        remember(k)
      end
      i = i + best
    else
      tokens[#tokens + 1] = bytes[i]
      i = i + 1
    end
  end
  return tokens
end

local function expand(tokens)
  local out = {}
  for _, token in ipairs(tokens) do
    if token < 256 then
      out[#out + 1] = char(token)
    else
      local length = (token - 256) % 64
      local distance = (token - 256 - length) / 64
      for _ = 1, length do
        out[#out + 1] = out[#out + 1 - distance]
      end
    end
  end
  return concat(out)
end

local text = sample(n)
local tokens = compress(text)
print(string.format("%d bytes, %d tokens, %s", #text, #tokens, tostring(expand(tokens) == text)))
