-- Fannkuch: reversals and rotations of small arrays (Computer Language Benchmarks Game).

local n = tonumber(arg[1]) or 9
local ROUNDS = 2

local function reverse(p, last)
  local i = 1
  while i < last do
    p[i], p[last] = p[last], p[i]
    i, last = i + 1, last - 1
  end
end

-- How often the first element says how many to reverse until it is 1.
local function flips(perm, scratch)
  for i = 1, n do
    scratch[i] = perm[i]
  end
  local count, first = 0, scratch[1]
  while first ~= 1 do
    reverse(scratch, first)
    count = count + 1
    first = scratch[1]
  end
  return count
end

-- The next permutation in the order of the game: rotate ever longer prefixes.
local function next_permutation(perm, counts)
  local r = 2
  while r <= n do
    local first = perm[1]
    for i = 1, r - 1 do
      perm[i] = perm[i + 1]
    end
    perm[r] = first
    counts[r] = counts[r] - 1
    if counts[r] > 0 then
      return true
    end
    counts[r] = r
    r = r + 1
  end
  return false
end

local function fannkuch()
  local perm, counts, scratch = {}, {}, {}
  for i = 1, n do
    perm[i], counts[i] = i, i
  end
  local checksum, most, sign = 0, 0, 1
  repeat
    local count = flips(perm, scratch)
    checksum = checksum + sign * count
    sign = -sign
    if count > most then
      most = count
    end
  until not next_permutation(perm, counts)
  return checksum, n, most
end

for _ = 1, ROUNDS do
  print(string.format("%d Pfannkuchen(%d) = %d", fannkuch()))
end
