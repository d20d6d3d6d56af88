-- Manual 2.5.5: the length of strings and of tables without holes.
print(#"", #"abc", #"\0\0", #[[

x]], #("x"):rep(1000))
print(#{}, #{ 1 }, #{ 1, 2, 3 }, #{ nil }, #{ n = 1 }, #{ [1] = 1, [2] = 2 },
  #{ 1, 2, [3] = 3, [4] = 4 })
local t = {}
for i = 1, 100 do t[i] = i if i % 13 == 0 then io.write(#t, " ") end end print()
for i = 100, 1, -1 do t[i] = nil if i % 13 == 0 then io.write(#t, " ") end end print()
for i = 10, 1, -1 do t[i] = true end
print(#t)
t = {}
for i = 1, 10 do t[#t + 1] = i end
t[#t] = nil
print(#t, t[9], t[10])
print(pcall(function() return #5 end)) print(pcall(function() return #nil end))
print(pcall(function() return #true end))
print(pcall(function() return #print end)) print(pcall(function() local x return #x end))
print(pcall(function() return #undefinedglobal end)) print(pcall(function() return #t.field end))
local m = setmetatable({ 1, 2 }, { __len = function() return 42 end })
print(#m)
local u = newproxy(true)
getmetatable(u).__len = function(a, b) return rawequal(a, u) and select("#", b) or "?" end
print(#u)
getmetatable(u).__len = nil
print(pcall(function() return #u end))
print(#t + 1, -#t, #t * 2 ^ 2, not #t, #t .. "")
t = { 1, 2, 3 }
t[5] = 5
print(t[4], t[5])
t = { [0] = 0, 1 }
print(#t)
t = { ["1"] = 1 }
print(#t)
