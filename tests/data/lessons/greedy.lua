local qs = require "qs"
local L = qs.lesson { id = "greedy", title = "broken", minutes = 1 }
L:ask { "1 + 1?", kind = "number", hint = { "count" }, answer = "2", check = function() local s = "x"; while true do s = s .. s end end }
return L
