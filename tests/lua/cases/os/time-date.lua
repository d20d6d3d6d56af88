-- os.time, os.date, os.difftime, os.clock in UTC.
print(os.time { year = 2000, month = 1, day = 1, hour = 0 },
  os.time { year = 1970, month = 1, day = 1, hour = 0 },
  os.time { year = 2024, month = 2, day = 29 },
  os.time { year = 2024, month = 13, day = 32, hour = 25, min = 61, sec = 61 },
  os.time { year = 1999, month = 0, day = 0 },
  os.time { year = "2001", month = "9", day = "9", hour = 1, min = 46, sec = 40 },
  os.time { year = 2038, month = 1, day = 20 }, os.time { year = 1960, month = 5, day = 5 })
for _, t in ipairs { {}, { year = 2000 }, { year = 2000, month = 1 },
  { year = 2000, month = 1, day = "x" }, { year = 2000, month = {}, day = 1 },
  { month = 1, day = 1 }, { day = 1 } } do print(pcall(os.time, t)) end print(pcall(os.time, 5))
print(os.time { year = 2000, month = 1, day = 1, isdst = false, extra = 5 },
  os.time { year = 2000, month = 1.0, day = 1 })
print(type(os.time()), os.time() == math.floor(os.time()), type(os.clock()), os.clock() >= 0,
  os.difftime(10, 5), os.difftime(5, 10), pcall(os.difftime), os.difftime(5.5, 2))
for _, t in ipairs { 0, 1, 86399, 951782400, 1e9, 2 ^ 31 - 1, 2 ^ 31, 4e9, -1, 1234567890.9,
  "0" } do print(t, os.date("!%Y-%m-%d %H:%M:%S", t), os.date("!%c", t), os.date("!%x %X %p", t))
  local d = os.date("!*t", t) print(d.year, d.month, d.day, d.hour, d.min, d.sec, d.wday, d.yday,
    d.isdst, os.time(d)) end for c in ("aAbBcdHIjmMpSUwWxXyYZ%DeFhnRtTuVgGCsrE"):gmatch "." do
  print(c, (pcall(os.date, "!%" .. c, 951782400)),
    (tostring(select(2, pcall(os.date, "!%" .. c, 951782400))):gsub("[\n\t]", "_"))) end
print(os.date("*t", 0).hour, os.date("%H", 3600), os.date("!", 0) == "", os.date("", 0) == "",
  os.date("!text", 0), os.date("!%%", 0), #os.date(), os.date("!*t").isdst)
print(pcall(os.date, {})) print(pcall(os.date, "*t", "x")) print(pcall(os.date, "*t", {}))
print(pcall(os.date, "!*tx", 0) and true) print(#os.date(("%Y"):rep(300), 0))
print(os.date("!*t", 0).month, os.date("!*t", 0)[1]) local keys = {}
for k in pairs(os.date("*t", 0)) do keys[#keys + 1] = k end table.sort(keys)
print(table.concat(keys, " "))
