-- A sum kept in few bits: what is too small beside it is cut off, and the sum stays low.
local qs = require "qs"

return qs.demo {
  id = "accumulate", title = "A sum kept in few bits",
  params = {
    { name = "bits", min = 8, max = 24, step = 1, start = 14 },
    { name = "every", one_of = { "128", "512", "2048", "32" } },
    { name = "signs", on = false },
  },
  draw = function(p, ui)
    local kind = p.signs and "normal" or "uniform"
    local a = qs.rand[kind](4096, { sigma = 1, seed = 41 })
    local b = qs.rand[kind](4096, { sigma = 1, seed = 42 })
    if not p.signs then a, b = a:map(math.abs), b:map(math.abs) end
    local r = qs.accumulate(a, b, { acc_bits = p.bits, every = tonumber(p.every) })
    ui:title("one sum of %d bits is %.3g %% off; taken out every %s products, %.3g %%",
             p.bits, math.abs(r.lost), p.every, math.abs(r.lost_promoted))
    ui:view("accumulate", r)
  end,
}
