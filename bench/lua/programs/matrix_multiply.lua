-- Matrix product: nested loops over tables of tables of numbers.

local n = tonumber(arg[1]) or 340

local function matrix(rows, columns, value)
  local m = {}
  for i = 1, rows do
    local row = {}
    for j = 1, columns do
      row[j] = value(i, j)
    end
    m[i] = row
  end
  return m
end

local function multiply(a, b)
  local rows, inner, columns = #a, #b, #b[1]
  -- The transposed right side keeps the inner loop on two rows.
  local t = matrix(columns, inner, function(i, j) return b[j][i] end)
  local product = {}
  for i = 1, rows do
    local row, out = a[i], {}
    for j = 1, columns do
      local column, sum = t[j], 0
      for k = 1, inner do
        sum = sum + row[k] * column[k]
      end
      out[j] = sum
    end
    product[i] = out
  end
  return product
end

local a = matrix(n, n, function(i, j) return (i - j) * (i + j) / n / n end)
local b = matrix(n, n, function(i, j) return (i * 3 + j * 7) % 11 - 5 end)
local p = multiply(a, b)
local trace, total = 0, 0
for i = 1, n do
  trace = trace + p[i][i]
  for j = 1, n do
    total = total + p[i][j]
  end
end
print(string.format("%.9f %.6f", trace, total))
