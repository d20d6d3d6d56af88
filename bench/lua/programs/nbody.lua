-- N-body: floating-point arithmetic on fields of records (Computer Language Benchmarks Game).

local steps = tonumber(arg[1]) or 380000
local sqrt = math.sqrt

local SOLAR_MASS = 4 * math.pi ^ 2
local DAYS = 365.24

local function body(mass, x, y, z, vx, vy, vz)
  return { mass = mass * SOLAR_MASS, x = x, y = y, z = z,
           vx = vx * DAYS, vy = vy * DAYS, vz = vz * DAYS }
end

local bodies = {
  body(1, 0, 0, 0, 0, 0, 0),
  body(9.54791938424326609e-04, 4.84143144246472090e+00, -1.16032004402742839e+00,
       -1.03622044471123109e-01, 1.66007664274403694e-03, 7.69901118419740425e-03,
       -6.90460016972063023e-05),
  body(2.85885980666130812e-04, 8.34336671824457987e+00, 4.12479856412430479e+00,
       -4.03523417114321381e-01, -2.76742510726411619e-03, 4.99852801234917238e-03,
       2.30417297573763929e-05),
  body(4.36624404335156298e-05, 1.28943695621391310e+01, -1.51111514016986312e+01,
       -2.23307578892655734e-01, 2.96460137564761618e-03, 2.37847173959480950e-03,
       -2.96589568540237556e-05),
  body(5.15138902046611451e-05, 1.53796971148509165e+01, -2.59193146099879641e+01,
       1.79258772950371181e-01, 2.68067772490389322e-03, 1.62824170038242295e-03,
       -9.51592254519715870e-05),
}

local function offset_momentum()
  local px, py, pz = 0, 0, 0
  for _, b in ipairs(bodies) do
    px = px + b.vx * b.mass
    py = py + b.vy * b.mass
    pz = pz + b.vz * b.mass
  end
  local sun = bodies[1]
  sun.vx, sun.vy, sun.vz = -px / SOLAR_MASS, -py / SOLAR_MASS, -pz / SOLAR_MASS
end

local function energy()
  local total = 0
  for i, b in ipairs(bodies) do
    total = total + b.mass * (b.vx * b.vx + b.vy * b.vy + b.vz * b.vz) / 2
    for j = i + 1, #bodies do
      local o = bodies[j]
      local dx, dy, dz = b.x - o.x, b.y - o.y, b.z - o.z
      total = total - b.mass * o.mass / sqrt(dx * dx + dy * dy + dz * dz)
    end
  end
  return total
end

local function advance(dt)
  local count = #bodies
  for i = 1, count do
    local b = bodies[i]
    local bx, by, bz, bm = b.x, b.y, b.z, b.mass
    local vx, vy, vz = b.vx, b.vy, b.vz
    for j = i + 1, count do
      local o = bodies[j]
      local dx, dy, dz = bx - o.x, by - o.y, bz - o.z
      local d2 = dx * dx + dy * dy + dz * dz
      local mag = dt / (d2 * sqrt(d2))
      local om, ours = o.mass * mag, bm * mag
      vx, vy, vz = vx - dx * om, vy - dy * om, vz - dz * om
      o.vx, o.vy, o.vz = o.vx + dx * ours, o.vy + dy * ours, o.vz + dz * ours
    end
    b.vx, b.vy, b.vz = vx, vy, vz
    b.x, b.y, b.z = bx + dt * vx, by + dt * vy, bz + dt * vz
  end
end

offset_momentum()
print(string.format("%.9f", energy()))
for _ = 1, steps do
  advance(0.01)
end
print(string.format("%.9f", energy()))
