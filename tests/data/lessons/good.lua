local qs = require "qs"
local L = qs.lesson { id = "good", title = "all kinds of parts", minutes = 1, needs = { "other" } }
local x = L:var("x", qs.tensor { -1.2, -0.6, 0.2, 1.0 })
qs.quantize(x, "q4_0", { pad = "zero" })	-- its note is not for the learner
local own = io.open("good.lua")
assert(own:read(5) == "local" and own:close())
L:say [[
A first paragraph, with the four weights {x}.

A second one, behind `next 3` and {key:next}.]]
L:show("line", x, { codec = "int4", hide = "step" })
L:ask { "How large is one step?", kind = "number", near = 1.2 / 7, within = 0.002,
  wrong = { { near = 2.2 / 14, say = "That spreads min..max; zero would leave its code." },
            { near = 1.2 / 8, say = "Code -8 stays unused when both sides must match." } },
  hint = { "Which weight lies furthest from zero?", "It gets code -7." },
  answer = "1.2 / 7", why = "absmax / 7 = 0.171429" }
L:walk("int4", x, { stop = { round = "Each weight is rounded here." } })
L:predict { "Which weight comes back with the largest error?", kind = "choice", { "-1.2", "-0.6", "0.2", "1.0" }, right = 2,
  wrong = { { choice = 1, say = "It lies on a code." } }, hint = { "Look between the codes." }, why = "It lies in the middle.",
  reveal = function()
    L:say "Revealed."
    L:show("bars", qs.quantize(x, "int4"))
  end }
L:pause()
L:show("name", "Q4_0")
L:ask { "What is the family name of that method?", kind = "text", accept = { "absmax", "abs max" }, hint = "It is the largest absolute value.",
  wrong = { { accept = { "minmax" }, say = "That takes both ends." } }, answer = "AbsMax" }
L:branch { on = 1, otherwise = function(M) M:say "A branch was taken." end }
L:ask { "Give the four weights, doubled.", kind = "value", equal = x * 2, hint = { "2 * x" }, answer = "2 * x",
  wrong = { { equal = x / 2, say = "Halved, not doubled." } } }
L:task { "Bring the same four weights back with an rmse below 0.04.",
  check = function(s)
    if not qs.is(s.value, "quantized") then return false, "no quantized tensor yet" end
    local e = s.value:error().rmse
    return e < 0.04, ("rmse is %.4f"):format(e)
  end,
  hint = { "Try uint4." }, answer = "quantize uint4 x" }
L:say "The end."
return L
