-- Symmetric quantization: what the document calls so, and what it is. Its example 0..1000 and examples A5, A7 to A11.
local qs = require "qs"
local L = qs.lesson { id = "symmetric", title = "a scale around zero: symmetric", minutes = 8, needs = { "walkie" } }

local x = L:var("x", qs.tensor { 0, 100, 250, 640, 1000 })

local s = L:var("s", 1000 / 255)
local q = qs.quantize(x, "uint8")			-- from 0 to 1000, so its zero point is 0
local code, back = q:codes()[2], q:values()[2]
local printed = qs.quantize(qs.tensor { 250 }, "uint8", { step = 3.92, zero = 0 })
local signed = qs.quantize(x, "int8")
local all = qs.linspace(0, 1000, 1001)

local function distinct(t)
  local seen, n = {}, 0
  for _, v in t:each() do
    if not seen[v] then seen[v], n = true, n + 1 end
  end
  return n
end

L:say [[
Numbers from 0 to 1000 are to be stored in 8 bits. The notes do it like this: the codes
are 0 to 255 ("unsigned INT8"), and

    scale = (xmax - xmin) / (Qmax - Qmin)

Then each number is divided by the scale and rounded.]]
L:show("line", x, { codec = "uint8", hide = "step" })

-- A7, A9
L:ask { "How large is the scale for 0..1000 and the codes 0..255?", kind = "number", near = s, within = 0.002,
  wrong = {
    { near = 1000 / 256, within = 0.002, say = "There are 256 codes, but 255 steps between them." },
    { near = 255 / 1000, within = 0.002, say = "Turned over: that is codes per unit. A step is units per code." },
    { near = 1000 / 127, within = 0.002, say = "127 is the last code of signed 8 bits. Here the codes go to 255." },
  },
  hint = { "xmax - xmin is 1000. Qmax - Qmin is 255." }, answer = "1000 / 255",
  why = ("1000 / 255 = %.6f. The notes print 3.92, rounded."):format(s) }

-- A10
L:ask { "Which code does 250 get?", kind = "number", near = code, within = 0,
  wrong = {
    { near = 250 / s, within = 0.03, say = "That is 250 / s. A code is a whole number: round it." },
    { near = 63, within = 0, say = "Cut off. The nearest whole number is the next one." },
    { near = 250, within = 0, say = "That is the number itself; the code counts steps of s." },
    { near = 980, within = 1, say = "250 * s. To shrink, divide." },
  },
  hint = { "How many steps of 3.92 fit into 250?", "250 / s, rounded." }, answer = "64",
  why = ("250 / 3.92 = %.4f and 250 / s = %.2f: both round to %d, as the notes say."):format(250 / 3.92, 250 / s, code) }

-- A11
L:ask { "The notes stop here. What comes back of the code 64?", kind = "number", near = back, within = 0.15,
  wrong = {
    { near = 250, within = 0.01, say = "That is what went in. 64 steps of s are a little more." },
    { near = 64 / s, within = 0.05, say = "Divided again. To stretch, multiply." },
    { near = 255, within = 0, say = "255 is the last code." },
  },
  hint = { "64 steps, each s long." }, answer = "64 * s",
  why = ("64 * s = %.5f, so the error is %.5f, within half a step, %.5f. With the rounded 3.92 it would be %.2f."):format(back, back - 250, s / 2, printed:values()[0]) }

-- A5
L:say [[
The notes call this symmetric, and say that symmetric quantization "centers the data
distribution around zero", with values that "start from 0 instead of negative". It is
the other way about. Symmetric means that the codes reach equally far to both sides, from
-127 to 127, and that zero is code 0. No number is moved, and negative ones are as
welcome as positive ones:

    scale = (largest distance from zero) / 127]]

L:ask { "What is the truly symmetric scale for our numbers, 0..1000, with the codes -127..127?", kind = "number", near = 1000 / 127, within = 0.003,
  wrong = {
    { near = 1000 / 255, within = 0.003, say = "That is the scale of 0..255. Symmetric codes end at 127." },
    { near = 1000 / 128, within = 0.003, say = "The last code is 127." },
    { near = 1000 / 254, within = 0.003, say = "254 steps lead from -127 to 127. From zero to the largest number there are 127." },
  },
  hint = { "1000 is furthest from zero. It gets the code 127." }, answer = "1000 / 127",
  why = ("%.6f, twice as coarse: 250 becomes %d and comes back as %.5f."):format(1000 / 127, signed:codes()[2], signed:values()[2]) }

local used = distinct(qs.quantize(all, "int8"):codes())

L:predict { "How many of the 255 codes from -127 to 127 will a thousand numbers from 0 to 1000 use?", kind = "choice",
  { "all of them", "128, about half", "64, a quarter" }, right = 2,
  wrong = {
    { choice = 1, say = "The negative codes stand for negative numbers, and there are none." },
    { choice = 3, say = "0 to 127 are in use." },
  },
  hint = { "No number is negative. Which codes are left?" },
  why = ("%d. That is what a zero point is for: the next lesson."):format(used),
  reveal = function() L:show("line", signed) end }

L:pause()

L:say "Watch the symmetric rule at work on five numbers."
local y = L:var("y", qs.tensor { -800, -250, 0, 250, 1000 })
L:walk("int8", y, { stop = {
  find = "Which is furthest from zero? Its sign does not matter.",
  scale = "That distance is 127 steps.",
  round = "Divide and round. Negative numbers get negative codes.",
  decode = "Zero comes back as zero, exactly.",
} })

local wide = qs.tensor { 500, 600, 750, 1000 }
local broken = qs.quantize(wide, "uint8", { step = 500 / 255, zero = 0 })

-- A8
L:say(([[
Now take the notes at their word on other numbers: 500..1000. Their scale is (1000 -
500) / 255 = %.6f, and each number is divided by it and rounded.]]):format(500 / 255))
L:show("bars", wide)

L:ask { "Which code would 1000 get by that rule, before it is kept within 0..255?", kind = "number", near = 510, within = 0.5,
  wrong = {
    { near = 255, within = 0, say = "That would be the end of the codes. But 1000 / 1.96 is more than that." },
    { near = 500 / 1.960784, within = 0.01, say = "That is 500." },
    { near = 127, within = 1, say = "Divide 1000 by the scale." },
  },
  hint = { "1000 / 1.960784" }, answer = "1000 / (500 / 255)",
  why = ("510: there is no such code. It is cut off at %d and comes back as %.0f. 600 and 750 come back as 500 too: the rule forgets xmin. It only works if xmin is 0, or if the codes lie evenly around zero and so do the numbers."):format(broken:codes()[3], broken:values()[3]) }
L:show("line", wide, { codec = "uint8", step = 500 / 255, zero = 0 })

local minus = qs.quantize(qs.tensor { -20, 1000 }, "uint8", { step = 4, zero = 0 })

L:ask { "The same rule on -20..1000 has the scale 4. What comes back of -20?", kind = "number", near = minus:values()[0], within = 0.001,
  wrong = {
    { near = -20, within = 0.001, say = "-20 / 4 is -5, and there is no code -5 among 0..255." },
    { near = -5, within = 0.001, say = "That would be its code, but codes begin at 0." },
  },
  hint = { "-20 / 4 = -5. Which of the codes 0..255 is nearest?", "Code 0 times 4." }, answer = "0",
  why = "Code 0, which stands for 0: an error of 20. What is missing is a zero point." }

L:task { "Numbers of your own, some negative: quantize at least four of them with int8, so that the largest error is below 1. The scale is found from the numbers.",
  check = function(s)
    if not qs.is(s.value, "quantized") then return false end
    if s.value.codec ~= "int8" then return false, "That was " .. s.value.codec .. "; this task is about int8." end
    local x = s.value.x:stats()
    if #s.value.x < 4 then return false, "Four numbers at least." end
    if x.min >= 0 then return false, "None of them is negative." end
    local e = s.value:error().max
    return math.abs(e) < 1, ("The largest error is %.4g."):format(math.abs(e))
  end,
  hint = { "The step is the largest distance from zero, divided by 127; the error is at most half of it.", "With numbers up to 200 half a step is below 1." },
  answer = "quantize int8 [-120, -33.5, 4, 87]",
  why = "Half a step is the limit: the largest distance from zero, divided by 254." }

L:say [[
Symmetric: one scale, zero at code 0, equally far to both sides.

Try `line _` or `quantize int4 y`. The next lesson, asymmetric, gives zero another place.]]

return L
