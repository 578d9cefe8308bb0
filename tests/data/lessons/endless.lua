local qs = require "qs"
local L = qs.lesson { id = "endless", title = "broken", minutes = 1 }
L:ask { "1 + 1?", kind = "number", hint = { "count" }, answer = "2", check = function() while true do pcall(function() while true do end end) end end }
return L
