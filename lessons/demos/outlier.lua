local qs = require "qs"
return qs.demo {
  id = "outlier", title = "What one large weight does to its block",
  params = {
    { name = "size",  min = 0, max = 1, step = 0.05, start = 0.5 },
    { name = "codec", one_of = { "q4_0", "q4_K", "iq4_nl", "mxfp4" } },
  },
  draw = function(p, ui)
    local x = qs.rand.normal(256, { sigma = 0.02, seed = 42 })
    if p.size > 0 then x[5] = p.size end
    local q = qs.quantize(x, p.codec)
    ui:title("one weight of %.2f: rmse of the other 255 is %.5f",
             p.size, q:error({ skip = { 5 } }).rmse)
    ui:view("bars", q, { range = { 0, 32 }, mark = { 5 } })
  end,
}
