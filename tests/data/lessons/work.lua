local qs = require "qs"
local L = qs.lesson { id = "work", title = "work that is remembered", minutes = 1 }
local x = L:var("x", qs.tensor { -1.2, -0.6, 0.2, 1.0 })
L:predict { "Type 1.", kind = "number", near = 1, within = 0, hint = "1", answer = "1", work = true,
  reveal = function() L:say(("rmse %.4f"):format(qs.quantize(x, "int4", { codes = { -7, 7 } }):error().rmse)) end }
L:predict { "Type 1 again.", kind = "number", near = 1, within = 0, hint = "1", answer = "1", work = true,
  reveal = function() L:say(("other %.4f"):format(qs.quantize(x, "uint4"):error().rmse)) end }
return L
