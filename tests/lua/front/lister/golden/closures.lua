local shared, held = 1, 2
local function f(a, ...)
  shared = a + held
  return f(..., { a = nil, [a] = held })
end
goto done
function object.field:method() return self.x[1], #self, -shared end
::done::
return f, "", 1e300, false
