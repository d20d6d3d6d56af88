-- table.concat reads raw elements.
print(pcall(table.concat, setmetatable({}, { __index = function(_, i) return "v" .. i end }), ",",
    1, 3)) print(pcall(table.concat, setmetatable({ "a" }, { __len = function() return 5 end }),
    ",")) print(table.concat({ 0.1, 1e15, 1e16, -0.0, 2 ^ 53, 1 / 0, -1 / 0 }, " "))
print(pcall(table.concat, { setmetatable({}, { __tostring = function() return "ts" end }) }))
