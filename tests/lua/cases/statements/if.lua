-- if, elseif, else in all shapes; conditions that jump.
local function sign(x) if x < 0 then return -1 elseif x > 0 then return 1
  elseif x == 0 then return 0 end return "nan" end
print(sign(5), sign(-2), sign(0), sign(0 / 0), sign(-0))
local function grade(n)
  if n >= 90 then return "A" elseif n >= 80 then return "B" elseif n >= 70 then return "C"
  else return "F" end
end
for n = 60, 100, 5 do io.write(n, grade(n), " ") end print()
local function f(a, b, c)
  local out = {}
  if a and b or c then out[1] = "and-or" end
  if a or b and c then out[#out + 1] = "or-and" end
  if not a and not b then out[#out + 1] = "nor" end
  if not (a and b) then out[#out + 1] = "nand" end
  if a == b then out[#out + 1] = "eq" end
  if a ~= b then out[#out + 1] = "ne" end
  if (a or b) and (b or c) then out[#out + 1] = "cnf" end
  if a then if b then out[#out + 1] = "ab" elseif c then out[#out + 1] = "ac"
    else out[#out + 1] = "a" end
  elseif b then out[#out + 1] = "b" end
  if nil then out[#out + 1] = "never" end
  if true then elseif x then out[1] = "never" else out[2] = "never" end
  return table.concat(out, " ")
end
for _, a in ipairs { 1, 0 } do for _, b in ipairs { 1, 0 } do for _, c in ipairs { 1, 0 } do
  print(a, b, c, f(a == 1, b == 1, c == 1))
end end end
if false then elseif nil then else print "else" end
if 0 then print "0 is true" end
if "" then print "empty is true" end
local x = 5
if x == 5 then local x = 6 print(x) end
if x == "5" then print "no" else print "string 5 is not 5" end
if x < 6 and x > 4 and x ~= 4.5 then print "between" end
if not (x > 10) then print "not greater" end
if x == 5 == true then print "chained" end
local function jump(x) return x > 3 and "big" or x > 1 and "mid" or "small" end
print(jump(5), jump(2), jump(0))
local y = x > 3
local z = not (x > 3)
local w = x > 3 == y
print(y, z, w, (x > 3) ~= y, x == 5 and x, x ~= 5 or nil)
print(x <= 5, x >= 5, x < 5, x > 5, not (x <= 5), not (x ~= 5))
