local qs = require "qs"
local L = qs.lesson { id = "greedy-load", title = "broken", minutes = 1 }
local s = {}
for i = 1, 100 do s[i] = ("x"):rep(2 ^ 20) .. i end
return L
