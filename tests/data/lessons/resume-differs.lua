local qs = require "qs"
local L = qs.lesson { id = "resume-differs", title = "broken", minutes = 1 }
L:ask { "1 + 1?", kind = "number", near = 2, hint = { "count" }, answer = "2" }
L:say("The text is " .. tostring({}))
L:ask { "2 + 2?", kind = "number", near = 4, hint = { "count" }, answer = "4" }
L:ask { "3 + 3? " .. tostring({}), kind = "number", near = 6, hint = { "count" }, answer = "6" }
L:ask { "4 + 4?", kind = "number", near = 8, hint = { "count" }, answer = "8" }
return L
