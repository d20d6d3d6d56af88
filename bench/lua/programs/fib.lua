-- Fibonacci numbers: recursive calls with one argument.

local n = tonumber(arg[1]) or 35

local function fib(i)
  if i < 2 then
    return i
  end
  return fib(i - 1) + fib(i - 2)
end

print(string.format("fib(%d) = %d", n, fib(n)))
