-- Sieve of Eratosthenes: strided writes of booleans into a large array.

local n = tonumber(arg[1]) or 24

local SIZE = 400000

local function sieve(limit)
  local composite = {}
  for i = 1, limit do
    composite[i] = false
  end
  local count, last = 0, 0
  for i = 2, limit do
    if not composite[i] then
      count, last = count + 1, i
      for j = i * i, limit, i do
        composite[j] = true
      end
    end
  end
  return count, last
end

local primes, largest = 0, 0
for round = 1, n do
  local count, last = sieve(SIZE - round)
  primes, largest = primes + count, largest + last
end
print(string.format("%d primes, sum of the largest %d", primes, largest))
