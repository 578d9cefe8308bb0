local qs = require "qs"
local L = qs.lesson { id = "too-slow", title = "broken", minutes = 1 }
local x = gauss(1000000, { seed = 1 })
L:ask { "1 + 1?", kind = "number", near = 2, hint = { "count" }, answer = "2",
  reveal = function() local t = os.clock(); while os.clock() - t < 2.5 do x:stats() end end }
return L
