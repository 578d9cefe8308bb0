local qs = require "qs"
local L = qs.lesson { id = "endless-load", title = "broken", minutes = 1 }
while true do end
return L
