local qs = require "qs"
local L = qs.lesson { id = "back-differs", title = "broken", minutes = 1 }
local seen = false
L:ask { "1 + 1?", kind = "number", near = 2, hint = { "count" }, answer = "2" }
L:ask { "2 + 2?", kind = "number", hint = { "count" }, answer = "4", check = function(s) if s.value ~= 4 then return false end; if seen then return false, "only once" end; seen = true; return true end }
L:ask { "3 + 3?", kind = "number", near = 6, hint = { "count" }, answer = "6" }
return L
