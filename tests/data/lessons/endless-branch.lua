local qs = require "qs"
local L = qs.lesson { id = "endless-branch", title = "broken", minutes = 1 }
L:ask { "1 + 1?", kind = "number", near = 2, hint = { "count" }, answer = "2" }
local function again(M) M:branch { on = 1, otherwise = again } end
L:branch { on = 1, otherwise = again }
return L
