local qs = require "qs"
local L = qs.lesson { id = "raises", title = "broken", minutes = 1 }
L:ask { "1 + 1?", kind = "number", near = 2, hint = { "count" }, answer = "2" }
L:say(function() error("a fault of the lesson") end)
return L
