local qs = require "qs"
local L = qs.lesson { id = "late", title = "late", minutes = 1, needs = { "one" } }
return L
