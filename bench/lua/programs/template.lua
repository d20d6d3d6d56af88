-- Templates: a page turned into a Lua function by load, which is then called many times.

local n = tonumber(arg[1]) or 4000
local load = loadstring or load

local ESCAPES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }
local function escape(value)
  return (tostring(value):gsub('[&<>"]', ESCAPES))
end

-- `{{ expression }}` is written escaped, `{% statement %}` runs.
local function compile(text)
  local code = { "local escape, item, concat = ...\nlocal out = {}\n" }
  local at = 1
  while true do
    local from, to, kind, inner = text:find("{([{%%])%s*(.-)%s*[}%%]}", at)
    local literal = text:sub(at, (from or 0) - 1)
    if literal ~= "" then
      code[#code + 1] = string.format("out[#out + 1] = %q\n", literal)
    end
    if not from then
      break
    end
    local form = kind == "{" and "out[#out + 1] = escape(%s)\n" or "%s\n"
    code[#code + 1] = string.format(form, inner)
    at = to + 1
  end
  code[#code + 1] = "return concat(out)"
  return assert(load(table.concat(code)))
end

local page = compile [[
<html><head><title>{{ item.title }}</title></head><body>
{% if item.user then %}<p>Hello, {{ item.user.name }} &mdash; {{ #item.rows }} rows</p>{% end %}
<table>
{% for i, row in ipairs(item.rows) do %}
  <tr class="{{ i % 2 == 0 and "even" or "odd" }}"><td>{{ i }}</td><td>{{ row.name }}</td>
  <td>{{ row.price }}</td></tr>
{% end %}
</table></body></html>]]

local rows = {}
for i = 1, 60 do
  rows[i] = { name = "<item \"" .. i .. "\"> & more", price = i * 25 }
end
local length = 0
for i = 1, n do
  length = length + #page(escape, { title = "A & B " .. i, rows = rows,
    user = i % 2 == 0 and { name = "user" .. i } or nil }, table.concat)
end
print(string.format("%d characters", length))
