-- MD5 (RFC 1321) without bit operations: arithmetic, and tables of the operations on bytes.

local n = tonumber(arg[1]) or 2000
local floor, abs, sin = math.floor, math.abs, math.sin
local WORD = 2 ^ 32

local AND, XOR = {}, {}
for a = 0, 255 do
  for b = 0, 255 do
    local x, y, bit, both, odd = a, b, 1, 0, 0
    for _ = 1, 8 do
      local p, q = x % 2, y % 2
      both, odd = both + p * q * bit, odd + (p + q) % 2 * bit
      x, y, bit = (x - p) / 2, (y - q) / 2, bit * 2
    end
    AND[a * 256 + b], XOR[a * 256 + b] = floor(both), floor(odd)
  end
end

local function bytewise(operation, a, b)
  local result, unit = 0, 1
  for _ = 1, 4 do
    local p, q = a % 256, b % 256
    result = result + operation[p * 256 + q] * unit
    a, b, unit = floor(a / 256), floor(b / 256), unit * 256
  end
  return result
end

local function band(a, b) return bytewise(AND, a, b) end
local function bxor(a, b) return bytewise(XOR, a, b) end
local function bor(a, b) return a + b - band(a, b) end
local function bnot(a) return WORD - 1 - a end

local function rotate(a, count)
  local low = 2 ^ (32 - count)
  local high = floor(a / low)
  return (a - high * low) * 2 ^ count + high
end

local ROTATIONS = { { 7, 12, 17, 22 }, { 5, 9, 14, 20 }, { 4, 11, 16, 23 }, { 6, 10, 15, 21 } }
local SINES = {}
for i = 1, 64 do
  SINES[i] = floor(abs(sin(i)) * WORD)
end

-- The function of each round, and which word of the block its step i takes.
local MIX = {
  function(b, c, d) return bor(band(b, c), band(bnot(b), d)) end,
  function(b, c, d) return bor(band(d, b), band(bnot(d), c)) end,
  function(b, c, d) return bxor(bxor(b, c), d) end,
  function(b, c, d) return bxor(c, bor(b, bnot(d))) end,
}
local STEPS, STARTS = { 1, 5, 3, 7 }, { 0, 1, 5, 0 }

local function padded(text)
  local zeros = (55 - #text) % 64
  local length, bytes = #text * 8, {}
  for i = 1, 8 do
    bytes[i] = string.char(length % 256)
    length = floor(length / 256)
  end
  return text .. "\128" .. ("\0"):rep(zeros) .. table.concat(bytes)
end

local function digest(text)
  text = padded(text)
  local state = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476 }
  for at = 1, #text, 64 do
    local words = {}
    for i = 0, 15 do
      local p, q, r, s = text:byte(at + 4 * i, at + 4 * i + 3)
      words[i] = p + q * 256 + r * 65536 + s * 16777216
    end
    local a, b, c, d = state[1], state[2], state[3], state[4]
    for i = 0, 63 do
      local round = floor(i / 16) + 1
      local word = words[(STEPS[round] * i + STARTS[round]) % 16]
      local sum = (a + MIX[round](b, c, d) + SINES[i + 1] + word) % WORD
      a, d, c, b = d, c, b, (b + rotate(sum, ROTATIONS[round][i % 4 + 1])) % WORD
    end
    for i, value in ipairs { a, b, c, d } do
      state[i] = (state[i] + value) % WORD
    end
  end
  local out = {}
  for _, word in ipairs(state) do
    for _ = 1, 4 do
      out[#out + 1] = string.format("%02x", word % 256)
      word = floor(word / 256)
    end
  end
  return table.concat(out)
end

assert(digest("abc") == "900150983cd24fb0d6963f7d28e17f72")
local text = ""
for i = 1, n do
  text = digest(text .. ("message %d "):format(i):rep(12))
end
print(text)
