local qs = require "qs"
local L = qs.lesson { id = "one", title = "one", minutes = 1 }
return L
