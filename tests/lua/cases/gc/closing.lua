-- not under stress: the first collection would finalise what the state's end is to find
-- Finalisers at the state's end: the youngest object's first, errors are ignored, a finaliser that
-- makes another object like its own does not go on for ever.
for i = 1, 3 do
  local kept = newproxy(true)
  getmetatable(kept).__gc = function() print("closing", i) if i == 2 then error "ignored" end end
  _G["kept" .. i] = kept
end
local rounds = 0
local function make()
  getmetatable(newproxy(true)).__gc = function()
    rounds = rounds + 1
    print("round", rounds)
    make()
  end
end
make()
local late = newproxy(true)
getmetatable(late).__gc = function() print("youngest", rounds, type(late), kept3 ~= nil) end
print "end of the script"
