-- Expressions: a tokenizer, a precedence-climbing parser, folding, and evaluation of the tree.

local n = tonumber(arg[1]) or 28000

local PRECEDENCE = { ["+"] = 1, ["-"] = 1, ["*"] = 2, ["/"] = 2, ["^"] = 3 }
local OPERATORS = {
  ["+"] = function(a, b) return a + b end,
  ["-"] = function(a, b) return a - b end,
  ["*"] = function(a, b) return a * b end,
  ["/"] = function(a, b) return a / b end,
  ["^"] = function(a, b) return a ^ b end,
}

local function tokenize(text)
  local tokens, at = {}, 1
  while at <= #text do
    local c = text:sub(at, at)
    local word = text:match("^%d+%.?%d*", at)
    if word then
      tokens[#tokens + 1] = { kind = "number", value = tonumber(word) }
    elseif c:find("%a") then
      word = text:match("^%a%w*", at)
      tokens[#tokens + 1] = { kind = "name", value = word }
    elseif c ~= " " then
      tokens[#tokens + 1] = { kind = c }
    end
    at = at + (word and #word or 1)
  end
  tokens[#tokens + 1] = { kind = "end" }
  return tokens
end

local parse

local function primary(state)
  local token = state.tokens[state.at]
  state.at = state.at + 1
  if token.kind == "(" then
    local inner = parse(state, 1)
    assert(state.tokens[state.at].kind == ")", "')' expected")
    state.at = state.at + 1
    return inner
  elseif token.kind == "-" then
    return { op = "-", { op = "number", value = 0 }, primary(state) }
  end
  assert(token.kind == "number" or token.kind == "name", "operand expected")
  return { op = token.kind, value = token.value }
end

function parse(state, least)
  local left = primary(state)
  while true do
    local op = state.tokens[state.at].kind
    local precedence = PRECEDENCE[op]
    if not precedence or precedence < least then
      return left
    end
    state.at = state.at + 1
    -- `^` groups to the right.
    left = { op = op, left, parse(state, op == "^" and precedence or precedence + 1) }
  end
end

local function fold(node)
  local f = OPERATORS[node.op]
  if not f then
    return node
  end
  local a, b = fold(node[1]), fold(node[2])
  if a.op == "number" and b.op == "number" then
    return { op = "number", value = f(a.value, b.value) }
  end
  return { op = node.op, a, b }
end

local function evaluate(node, names)
  local op = node.op
  if op == "number" then
    return node.value
  elseif op == "name" then
    return names[node.value]
  end
  return OPERATORS[op](evaluate(node[1], names), evaluate(node[2], names))
end

local texts = {
  "1 + 2 * (3 - x) / 4.5 - y ^ 2",
  "((a + b) * (a - b) - (2 + 3) * 4) / (1 + x * x)",
  "-x + 2 ^ 3 ^ (1 / 2) * alpha1 - 17 / (y + 0.5)",
}
local names, total = { alpha1 = 1.5 }, 0
for i = 1, n do
  local tree = fold(parse({ tokens = tokenize(texts[i % #texts + 1]), at = 1 }, 1))
  names.x, names.y, names.a, names.b = i % 10, i % 3, i % 17, i % 4
  for k = 1, 10 do
    names.x = k
    total = total + evaluate(tree, names)
  end
end
print(string.format("%.6f", total))
