-- An error object with __tostring.
print(1) print(2) print(3)
error(setmetatable({}, { __tostring = function() return "told by __tostring" end }))
