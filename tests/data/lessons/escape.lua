local qs = require "qs"
local L = qs.lesson { id = "escape", title = "broken", minutes = 1 }
os.execute("true")
return L
