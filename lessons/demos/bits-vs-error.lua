-- The same weights in many formats: what a bit buys.
local qs = require "qs"

local families = {
  plain = { "q4_0", "q4_1", "q5_0", "q5_1", "q8_0" },
  K = { "q2_K", "q3_K", "q4_K", "q5_K", "q6_K" },
  all = { "q2_K", "q3_K", "q4_0", "q4_K", "iq4_nl", "q5_0", "q5_K", "q6_K", "q8_0" },
}

return qs.demo {
  id = "bits-vs-error", title = "What one more bit buys",
  params = {
    { name = "family", one_of = { "all", "plain", "K" } },
    { name = "tails", one_of = { "normal", "laplace", "uniform", "outliers" } },
    { name = "seed", min = 1, max = 20, step = 1, start = 1 },
  },
  draw = function(p, ui)
    local x = qs.rand[p.tails]({ 4, 256 }, { sigma = 0.02, seed = p.seed })
    local rows = qs.sweep(x, families[p.family])
    table.sort(rows, function(a, b) return a.bits < b.bits or a.bits == b.bits and a.codec < b.codec end)
    local largest, first, last = 0, rows[1], rows[#rows]
    for _, r in ipairs(rows) do largest = math.max(largest, r.rel) end
    local bits = last.bits - first.bits
    ui:title("%s weights: from %s to %s each bit divides the error by %.2f",
             p.tails, first.codec, last.codec, (first.rel / last.rel) ^ (1 / bits))
    local lines = { " codec     b/w    error of a weight's own size" }
    for _, r in ipairs(rows) do
      lines[#lines + 1] = (" %-8s %5.2f  %7.3f %%  %s"):format(r.codec, r.bits, 100 * r.rel,
                          ("="):rep(math.max(1, math.floor(40 * r.rel / largest + 0.5))))
    end
    ui:text(table.concat(lines, "\n"))
  end,
}
