-- A web request: the head parsed, the path routed, the query decoded, an answer written.

local n = tonumber(arg[1]) or 65000

local function decode(text)
  return (text:gsub("+", " "):gsub("%%(%x%x)", function(hex)
    return string.char(tonumber(hex, 16))
  end))
end

local function parse(text)
  local method, target, at = text:match("^(%u+) (%S+) HTTP/1%.%d\r\n()")
  local headers = {}
  while true do
    local name, value, next_at = text:match("^([%w-]+):%s*(.-)\r\n()", at)
    if not name then
      break
    end
    headers[name:lower()], at = value, next_at
  end
  local path, query = target:match("^([^?]*)%??(.*)$")
  local arguments = {}
  for key, value in query:gmatch("([^&=]+)=([^&]*)") do
    arguments[decode(key)] = decode(value)
  end
  return { method = method, path = path, arguments = arguments, headers = headers }
end

local Router = {}
Router.__index = Router

function Router:add(method, pattern, handler)
  local node = self.root
  for part in pattern:gmatch("[^/]+") do
    local name = part:match("^:(.+)")
    local key = name and "*" or part
    node[key] = node[key] or { handlers = {} }
    node = node[key]
    node.name = name
  end
  node.handlers[method] = handler
end

function Router:dispatch(request)
  local node, parameters = self.root, {}
  for part in request.path:gmatch("[^/]+") do
    node = node[part] or node["*"]
    if not node then
      return 404, "no such page"
    end
    if node.name then
      parameters[node.name] = part
    end
  end
  local handler = node.handlers[request.method]
  if not handler then
    return 405, "not allowed"
  end
  return handler(request, parameters)
end

local REASONS = { [200] = "OK", [404] = "Not Found", [405] = "Method Not Allowed" }

local function answer(status, body)
  local out = { "HTTP/1.1 ", status, " ", REASONS[status], "\r\n" }
  out[#out + 1] = "Content-Type: text/plain\r\nContent-Length: " .. #body .. "\r\n"
  out[#out + 1] = "\r\n"
  out[#out + 1] = body
  return table.concat(out)
end

local router = setmetatable({ root = { handlers = {} } }, Router)
router:add("GET", "/users/:id", function(request, p)
  return 200, "user " .. p.id .. " wants " .. (request.arguments.q or "nothing")
end)
router:add("GET", "/users/:id/posts/:post", function(request, p)
  return 200, string.format("%s/%s for %s", p.id, p.post, request.headers["user-agent"])
end)
router:add("POST", "/login", function(request)
  local cookie = request.headers.cookie:match("session=(%w+)")
  return 200, "welcome " .. cookie
end)

local HEAD = " HTTP/1.1\r\nHost: example.test\r\nUser-Agent: bench/1.0 (Lua)\r\nAccept: */*\r\n"
  .. "Accept-Encoding: gzip, deflate\r\nCookie: theme=dark; session=abc%d; x=1\r\n\r\n"
local TARGETS = { "GET /users/%d?q=one+two%%20three&lang=en", "GET /users/7/posts/%d",
  "POST /login", "GET /nowhere/%d", "PUT /users/%d" }

local length, statuses = 0, {}
for i = 1, n do
  local line = TARGETS[i % #TARGETS + 1]:format(i % 100)
  local status, body = router:dispatch(parse(line .. HEAD:format(i % 50)))
  statuses[status] = (statuses[status] or 0) + 1
  length = length + #answer(status, body)
end
print(string.format("%d bytes, %d good, %d unknown, %d refused", length, statuses[200] or 0,
  statuses[404] or 0, statuses[405] or 0))
