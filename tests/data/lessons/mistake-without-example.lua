local qs = require "qs"
local L = qs.lesson { id = "mistake-without-example", title = "broken", minutes = 1 }
L:ask { "1 + 1?", kind = "number", near = 2, hint = { "count" }, answer = "2",
  wrong = { { check = function(s) return s.value > 2 end, say = "Too large." } } }
return L
