local x, y = 5, "a\nb\0c\200\"" .. ("x"):rep(3)
for i = 1, 10 do
  if x > i + 0.5 then y = nil elseif x == "0123456789012345678901234567890123456789~" then break end
end
for k, v in pairs { 1, 2, x = 3 } do print(k < 5, v - -3) end
while x do x = not y end
