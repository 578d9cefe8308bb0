local qs = require "qs"
local L = qs.lesson { id = "mistake-accepted", title = "broken", minutes = 1 }
L:ask { "1 + 1?", kind = "number", near = 2, within = 0.5, hint = { "count" }, answer = "2", wrong = { { near = 1.6, say = "Too small." } } }
return L
