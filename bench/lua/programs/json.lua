-- JSON: a document encoded and decoded again, byte by byte and by patterns.

local n = tonumber(arg[1]) or 500
local byte, find, sub, format = string.byte, string.find, string.sub, string.format

local ESCAPES = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\t"] = "\\t" }
local UNESCAPES = { n = "\n", t = "\t", ['"'] = '"', ["\\"] = "\\", ["/"] = "/" }

local encode

local function encode_object(value, out)
  local keys = {}
  for key in pairs(value) do
    keys[#keys + 1] = key
  end
  table.sort(keys)
  out[#out + 1] = "{"
  for i, key in ipairs(keys) do
    out[#out + 1] = (i > 1 and ',"' or '"') .. key .. '":'
    encode(value[key], out)
  end
  out[#out + 1] = "}"
end

local function encode_array(value, out)
  out[#out + 1] = "["
  for i = 1, #value do
    if i > 1 then
      out[#out + 1] = ","
    end
    encode(value[i], out)
  end
  out[#out + 1] = "]"
end

function encode(value, out)
  local kind = type(value)
  if kind == "table" then
    return (value[1] ~= nil and encode_array or encode_object)(value, out)
  elseif kind == "string" then
    out[#out + 1] = '"' .. value:gsub('["\\\n\t]', ESCAPES) .. '"'
  elseif kind == "number" then
    out[#out + 1] = format("%.14g", value)
  else
    out[#out + 1] = tostring(value)
  end
end

local decode

local function skip(text, at)
  return find(text, "[^ \t\r\n]", at)
end

local function decode_string(text, at)
  local close = at
  repeat
    close = find(text, '["\\]', close + 1)
    local escaped = byte(text, close) == 92
    if escaped then
      close = close + 1
    end
  until not escaped
  return sub(text, at + 1, close - 1):gsub("\\(.)", UNESCAPES), close + 1
end

local function decode_array(text, at)
  local out = {}
  at = skip(text, at + 1)
  while byte(text, at) ~= 93 do
    out[#out + 1], at = decode(text, at)
    at = skip(text, at)
    if byte(text, at) == 44 then
      at = skip(text, at + 1)
    end
  end
  return out, at + 1
end

local function decode_object(text, at)
  local out = {}
  at = skip(text, at + 1)
  while byte(text, at) ~= 125 do
    local key
    key, at = decode_string(text, at)
    at = skip(text, skip(text, at) + 1)
    out[key], at = decode(text, at)
    at = skip(text, at)
    if byte(text, at) == 44 then
      at = skip(text, at + 1)
    end
  end
  return out, at + 1
end

function decode(text, at)
  local c = byte(text, at)
  if c == 123 then
    return decode_object(text, at)
  elseif c == 91 then
    return decode_array(text, at)
  elseif c == 34 then
    return decode_string(text, at)
  elseif c == 116 then
    return true, at + 4
  elseif c == 102 then
    return false, at + 5
  end
  local _, to = find(text, "^[%d%.eE+-]+", at)
  return tonumber(sub(text, at, to)), to + 1
end

local records = {}
for i = 1, 50 do
  records[i] = { id = i, name = "name " .. i, tags = { "a", "b\n", "quote \" and \\" },
    ok = i % 2 == 0, score = i / 8, nested = { x = -i, y = { 1, 2.5, 1e20 }, deep = { z = "é" } } }
end
local document = { records = records, version = 3 }
local length, sum = 0, 0
for _ = 1, n do
  local out = {}
  encode(document, out)
  local text = table.concat(out)
  document = decode(text, 1)
  length = length + #text
  sum = sum + document.records[50].nested.y[2] + document.records[7].score
end
print(format("%d characters, sum %.3f", length, sum))
