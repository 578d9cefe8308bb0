-- Four weights, one step: which code each falls on as the step changes.
local qs = require "qs"
return qs.demo {
  id = "rounding", title = "Where each weight lands as the step changes",
  params = {
    { name = "step", min = 0.06, max = 0.4, step = 0.01, start = 0.17 },
    { name = "shift", min = -0.2, max = 0.2, step = 0.01, start = 0 },
    { name = "zero", on = false },
  },
  draw = function(p, ui)
    local x = qs.tensor { -1.2, -0.6, 0.2, 1.0 } + p.shift
    local q
    if p.zero then
      q = qs.quantize(x, "uint4", { step = p.step, zero = 8 })
    else
      q = qs.quantize(x, "int4", { step = p.step })
    end
    local far, where = 0, 0
    local back = q:values()
    for i, w in x:each() do
      if math.abs(back[i] - w) > far then far, where = math.abs(back[i] - w), i end
    end
    local verdict = far > p.step / 2 + 1e-6 and "beyond the last code: clipped" or "at most half a step"
    ui:title("step %.2f: rmse %.4f, the worst is x%d, off by %.3f, %s", p.step, q:error().rmse, where, far, verdict)
    ui:view("line", q)
  end,
}
