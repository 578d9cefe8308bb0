-- 256 weights in eight groups, some of them louder: what scales of their own are worth.
local qs = require "qs"
return qs.demo {
  id = "superblock", title = "Eight groups of 32 with scales of their own",
  params = {
    { name = "loud", min = 1, max = 16, step = 1, start = 4 },
    { name = "group", min = 0, max = 7, step = 1, start = 2 },
    { name = "codec", one_of = { "q4_K", "q2_K", "q6_K", "q4_0" } },
  },
  draw = function(p, ui)
    local x = qs.rand.normal(256, { sigma = 0.02, seed = 7 }):map(function(w, i)
      return i // 32 == p.group and w * p.loud or w
    end)
    local q = qs.quantize(x, p.codec)
    local back, quiet, n = q:values(), 0, 0
    for i, w in x:each() do
      if i // 32 ~= p.group then quiet, n = quiet + (back[i] - w) ^ 2, n + 1 end
    end
    local one = qs.quantize(x, "int4", { codes = { -8, 7 } }):error().rmse
    ui:title("group %d is %dx as loud: rmse of the others %.5f; with one scale %.5f",
             p.group, p.loud, (quiet / n) ^ 0.5, one)
    ui:view("tree", q)
  end,
}
