local qs = require "qs"
local L = qs.lesson { id = "no-lesson-kept", title = "broken", minutes = 1 }
local n = 0
L:say(function() n = n + 1; return "Text " .. n end)
L:ask { "1 + 1?", kind = "number", hint = { "count" }, answer = "2", check = function(s) return s.env.never_made ~= nil, "it needs what a free line made" end }
return L
