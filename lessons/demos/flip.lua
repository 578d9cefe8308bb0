-- One bit of a stored block turned over: how far does it reach?
local qs = require "qs"
return qs.demo {
  id = "flip", title = "One bit turned over",
  params = {
    { name = "byte", min = 0, max = 17, step = 1, start = 1 },
    { name = "bit", min = 0, max = 7, step = 1, start = 2 },
  },
  draw = function(p, ui)
    local x = qs.rand.normal(32, { sigma = 0.02, seed = 3 })
    local q = qs.quantize(x, "q4_0")
    local turned = q:flip(p.byte, p.bit)
    local before, after, n, far = q:values(), turned:values(), 0, 0
    for i, w in before:each() do
      if after[i] ~= w then n, far = n + 1, math.max(far, math.abs(after[i] - w)) end
    end
    local what = p.byte < 2 and "the scale" or ("codes %d and %d"):format(p.byte - 2, p.byte + 14)
    ui:title("byte %d belongs to %s: %d of 32 weights change, by %.3g at most", p.byte, what, n, far)
    ui:view("block", turned)
    ui:view("bars", turned)
  end,
}
