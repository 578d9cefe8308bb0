-- Calibration: where the range ends, and what each end costs. The point on the curve is the range that is chosen.
local qs = require "qs"

return qs.demo {
  id = "clip", title = "A wide range is coarse, a narrow one cuts off",
  params = {
    { name = "range", min = 1, max = 8, step = 0.1, start = 4 },
    { name = "bits", min = 2, max = 8, step = 1, start = 4 },
    { name = "outlier", min = 0, max = 16, step = 1, start = 8 },
  },
  draw = function(p, ui)
    local x = qs.rand.normal(4096, { sigma = 1, seed = 11 })
    for k = 0, 3 do
      if p.outlier > 0 then x[1000 * k] = k % 2 == 0 and p.outlier or -p.outlier end
    end
    local r = qs.affine(x, { bits = p.bits, range = { -p.range, p.range } })
    local best = qs.calibrate(x, { method = "mse", bits = p.bits })
    local cut, sum, before = 0, 0, x:table()
    for i, back in r.values:each() do
      local w = before[i + 1]
      if math.abs(w) > p.range then cut = cut + 1 end
      sum = sum + (back - w) ^ 2
    end
    local ends = { { hi = p.range, cost = sum, you = true } }
    for i = 1, 80, 16 do ends[#ends + 1] = best.curve[i] end
    table.sort(ends, function(a, b) return a.hi > b.hi end)
    ui:title("range %.1f: %d of 4096 cut off, squared error %.1f; the best ends at %.2f", p.range, cut, sum, best.hi)
    local lines = { "  range      squared error" }
    for _, c in ipairs(ends) do
      local bar = ("="):rep(math.min(45, 1 + math.floor(25 * c.cost / best.curve[1].cost)))
      lines[#lines + 1] = ("  %6.2f  %10.1f  %s%s"):format(c.hi, c.cost, bar, c.you and "  <- you" or "")
    end
    ui:text(table.concat(lines, "\n"))
    ui:view("curve", best)
  end,
}
