-- SHA-256 (FIPS 180-4) with bit operations: the `bit` library, or operators where Lua has them.

local n = tonumber(arg[1]) or 4400

-- Lua 5.3 and later: operators, which older ones cannot even parse.
local OPERATORS = [[
local function band(a, b) return a & b end
local function bxor(a, b, c) return c and a ~ b ~ c or a ~ b end
local function bnot(a) return ~a & 0xffffffff end
local function ror(a, k) return (a >> k | a << 32 - k) & 0xffffffff end
local function rshift(a, k) return a >> k end
local function tobit(a) return a & 0xffffffff end
return band, bxor, bnot, ror, rshift, tobit]]

-- Lua 5.1 without the library: a table of the conjunctions of bytes.
local function arithmetic()
  local floor, WORD, AND = math.floor, 2 ^ 32, {}
  for a = 0, 255 do
    for b = 0, 255 do
      local half = AND[floor(a / 2) * 256 + floor(b / 2)] or 0
      AND[a * 256 + b] = 2 * half + a % 2 * (b % 2)
    end
  end
  local function band(a, b)
    local a1, b1 = a % 256, b % 256
    local a2, b2 = a % 65536 - a1, b % 65536 - b1
    local a3, b3 = a % 16777216 - a1 - a2, b % 16777216 - b1 - b2
    local a4, b4 = a - a1 - a2 - a3, b - b1 - b2 - b3
    return AND[a1 * 256 + b1] + AND[a2 + b2 / 256] * 256 + AND[a3 / 256 + b3 / 65536] * 65536
      + AND[a4 / 65536 + b4 / 16777216] * 16777216
  end
  local function bxor(a, b, c)
    local result = a + b - 2 * band(a, b)
    return c and result + c - 2 * band(result, c) or result
  end
  local function bnot(a) return WORD - 1 - a end
  local function rshift(a, k) return floor(a / 2 ^ k) end
  local function ror(a, k) return rshift(a, k) + a % 2 ^ k * 2 ^ (32 - k) end
  local function tobit(a) return a % WORD end
  return band, bxor, bnot, ror, rshift, tobit
end

local function operations()
  local found, bit = pcall(require, "bit")
  if found then
    return bit.band, bit.bxor, bit.bnot, bit.ror, bit.rshift, bit.tobit
  end
  local compiled = (loadstring or load)(OPERATORS)
  return (compiled or arithmetic)()
end

local band, bxor, bnot, ror, rshift, tobit = operations()

-- The first 32 bits of the fractions of roots of primes.
local function fractions(count, power)
  local out, candidate = {}, 2
  while #out < count do
    local prime = true
    for d = 2, candidate - 1 do
      prime = prime and candidate % d ~= 0
    end
    if prime then
      local root = candidate ^ power
      out[#out + 1] = tobit(math.floor((root - math.floor(root)) * 2 ^ 32))
    end
    candidate = candidate + 1
  end
  return out
end

local CONSTANTS, START = fractions(64, 1 / 3), fractions(8, 1 / 2)

local function schedule(text, at)
  local w = {}
  for i = 1, 16 do
    local p, q, r, s = text:byte(at + 4 * i - 4, at + 4 * i - 1)
    w[i] = tobit(p * 16777216 + q * 65536 + r * 256 + s)
  end
  for i = 17, 64 do
    local a, b = w[i - 15], w[i - 2]
    local s0 = bxor(ror(a, 7), ror(a, 18), rshift(a, 3))
    local s1 = bxor(ror(b, 17), ror(b, 19), rshift(b, 10))
    w[i] = tobit(w[i - 16] + s0 + w[i - 7] + s1)
  end
  return w
end

local function compress(state, w)
  local a, b, c, d, e, f, g, h = state[1], state[2], state[3], state[4], state[5], state[6],
    state[7], state[8]
  for i = 1, 64 do
    local s1 = bxor(ror(e, 6), ror(e, 11), ror(e, 25))
    local choice = bxor(band(e, f), band(bnot(e), g))
    local t = tobit(h + s1 + choice + CONSTANTS[i] + w[i])
    local s0 = bxor(ror(a, 2), ror(a, 13), ror(a, 22))
    local majority = bxor(band(a, b), band(a, c), band(b, c))
    a, b, c, d, e, f, g, h = tobit(t + s0 + majority), a, b, c, tobit(d + t), e, f, g
  end
  for i, value in ipairs { a, b, c, d, e, f, g, h } do
    state[i] = tobit(state[i] + value)
  end
end

local function digest(text)
  local length = #text * 8
  text = text .. "\128" .. ("\0"):rep((55 - #text) % 64 + 4)
    .. string.char(math.floor(length / 16777216) % 256, math.floor(length / 65536) % 256,
      math.floor(length / 256) % 256, length % 256)
  local state = {}
  for i, value in ipairs(START) do
    state[i] = value
  end
  for at = 1, #text, 64 do
    compress(state, schedule(text, at))
  end
  local out = {}
  for i, value in ipairs(state) do
    out[i] = string.format("%08x", value % 2 ^ 32)
  end
  return table.concat(out)
end

assert(digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
local text = ""
for i = 1, n do
  text = digest(text .. ("message %d "):format(i):rep(12))
end
print(text)
