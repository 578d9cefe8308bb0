-- The walkie-talkie: what quantization is, with one number. The document's example C1 to C7, played on the engine.
local qs = require "qs"
local L = qs.lesson { id = "walkie", title = "big numbers through a small radio", minutes = 6, needs = {} }

local lo, hi, most = -5, 5, 7
local s = (hi - lo) / (most - -most)
local r = L:var("r", qs.tensor { 3.4 })

local ends = qs.tensor { lo, hi }
local sent = qs.quantize(r, "int4", { step = s })
local code, back = sent:codes()[0], sent:values()[0]

L:show("line", ends, { codec = "int4", step = s, hide = "step" })
L:say [[
You and a friend have a walkie-talkie that carries only whole numbers from -7 to
7. You want to send 3.4. Your friend cannot get 3.4, but should get something
close to it. So you shrink your number to a small whole number, send that, and
your friend stretches it back.

That is all that quantization does. A model has billions of numbers like 3.4, its
weights. Stored as small whole numbers they take a fraction of the memory. The
whole number that is stored for a weight is called its code.]]

L:say [[
First you two agree on the numbers that may come up: say, from -5 to 5. The
smallest gets the code -7 and the largest the code 7. The distance from one code
to the next is the same everywhere. It is called the scale, or the step, and
written s.]]

-- C3
L:ask { "How large is one step, s?", kind = "number", near = s, within = 0.0005,
  wrong = {
    { near = (hi - lo) / 15, say = "That is 10 / 15. From -7 to 7 there are 15 codes, but only 14 steps between them, as a ladder of 15 rungs has 14 gaps." },
    { near = hi / 8, say = "That is 5 / 8, as if the last code were 8. Our radio ends at 7: seven steps lead from 0 to 5." },
    { near = 14 / 10, say = "Turned over: that is how many codes there are for 1. A step is the range divided by the number of steps." },
  },
  hint = { "The numbers go from -5 to 5, which is a range of 10.", "From -7 to 7 it takes 14 steps. How long is one, if all together are 10 long?" },
  answer = "(5 - -5) / (7 - -7)",
  why = ("s = (5 - -5) / (7 - -7) = 10 / 14 = %.6f. The notes that this lesson follows print 0.714, cut behind the third digit."):format(s) }

L:var("s", s)	-- a variable from here on: before, it would have been the answer

-- C2, C7
L:say [[
Now the rule for sending. The notes write it like this:

    Q = round(r / s - z)      R = (Q + z) * s

r is your number, Q the code that is sent, R what your friend makes of it. z shifts
the codes; our range lies evenly around zero, so z is 0 and may be forgotten. Such a
scheme is called symmetric. (Other texts count the shift the other way round and add
it to r / s: their zero point is our -z.)]]

-- C4
L:ask { "Which code goes over the radio for 3.4?", kind = "number", near = code, within = 0,
  wrong = {
    { near = 3.4 / s, within = 0.02, say = "That is r / s, still with a fraction. The radio carries whole numbers only: one step of the rule is missing." },
    { near = math.floor(3.4 / s), within = 0, say = ("Cutting the fraction off gives that. Rounding goes to the nearest whole number, and %.2f is nearer to another."):format(3.4 / s) },
    { near = 3, within = 0, say = "3.4 itself, rounded, is 3. But the code counts steps of {s:%.3f}, not ones." },
    { near = 2, within = 0, say = "r * s rounds to that. To shrink, count how many steps fit into 3.4: divide." },
    { near = -code, within = 0, say = "The sign has turned: 3.4 lies above zero, and so does its code." },
  },
  hint = { "How many steps of {s:%.3f} fit into 3.4?", "round(3.4 / s) with the s that you know. You may type an expression; s is a variable here." },
  answer = "5", why = ("3.4 / s = %.2f, and the nearest whole number is %d."):format(3.4 / s, code) }

L:say [[
See how the engine does it. `int4` is a codec made for learning: one scale, whole
numbers of four bits. It is given our step and takes 3.4 through its own steps.]]
L:walk("int4", r, { step = s,
  stop = {
    scale = "Usually a codec finds the step itself, from the largest weight. Here it was told.",
    round = "This is Q = round(r / s): the picture shows 3.4 on the axis, and the code it lands on.",
    pack = "What is stored: the step, once, and the codes, four bits each.",
    decode = "And this is what your friend does: R = Q * s.",
  } })

-- C5
L:ask { "Your friend hears 5. What number does that stand for?", kind = "number", near = back, within = 0.002,
  wrong = {
    { near = code / s, within = 0.002, say = "Divided once more, it shrinks further. Stretching back is the other way round." },
    { near = code, within = 0, say = "5 is the code. It says how many steps, not how far." },
    { near = 3.4, within = 1e-6, say = "That is what you sent. Your friend has only the 5 and the step." },
  },
  hint = { "5 steps, each {s:%.3f} long.", "R = Q * s" },
  answer = "5 * s",
  why = ("5 * s = 25 / 7 = %.6f. With the step cut to 0.714 the notes get 3.57."):format(back) }

local several = qs.tensor { -4.6, -2.2, 0.3, 3.14159, 3.4, 4.9 }
local all = qs.linspace(lo, hi, 1001)
local worst = qs.quantize(all, "int4", { step = s }):error().max

-- C6
L:say(([[
3.4 came back as %.4f. The error is what comes back minus what was sent: %.4f.
Some numbers are luckier than others.]]):format(back, back - 3.4))

L:predict { "If all your numbers lie from -5 to 5, how far off can one come back at most?", kind = "choice",
  { ("never more than the %.2f of our 3.4"):format(back - 3.4), "half a step", "a whole step", "there is no limit" }, right = 2,
  wrong = {
    { choice = 1, say = "3.4 was not the unluckiest number." },
    { choice = 3, say = "Whoever is further than half a step from one code is nearer to its neighbour." },
    { choice = 4, say = "Within the range there is always a code nearby. Outside of it you would be right: 9 could only be sent as 7 steps." },
  },
  hint = { "Between two codes, where is the place that is furthest from both?" },
  why = ("In the middle between two codes, both are s / 2 = %.4f away. Nothing within the range is further from its code."):format(s / 2),
  reveal = function()
    L:show("bars", qs.quantize(several, "int4", { step = s }))
    L:say(([[
The picture has six numbers and what comes back of each. Of a thousand and one numbers
from -5 to 5 the engine brought back the worst one with an error of %.4f.]]):format(worst))
  end }

-- C1
L:say [[
The notes have one more number. They say that such a radio turns 3.14159 into 3.
No scale is given there, and without a scale it cannot be said: with a step of 1
it is true. We have agreed on another.]]

local pi = qs.quantize(qs.tensor { 3.14159 }, "int4", { step = s })
local pi_code, pi_back = pi:codes()[0], pi:values()[0]

L:ask { "Which code does 3.14159 get with our s?", kind = "number", near = pi_code, within = 0,
  wrong = {
    { near = 3, within = 0, say = "With a step of 1 it would be 3. Our step is {s:%.4f}." },
    { near = 3.14159 / s, within = 0.01, say = "Nearly: now round it." },
    { near = 5, within = 0, say = "That was the code of 3.4. 3.14159 / s is a little less." },
  },
  hint = { "round(3.14159 / s)" }, answer = "4",
  why = ("3.14159 / s = %.5f, so code %d, and %d * s = %.6f comes back. A code means nothing without its scale; that is why files store both."):format(3.14159 / s, pi_code, pi_code, pi_back) }

L:task { "Now numbers of your own. Send at least four different ones with int4 so that each comes back within 0.1 of itself. Without step= the codec finds the step from your largest number.",
  check = function(state)
    local q = state.value
    if not qs.is(q, "quantized") then return false end
    if q.codec ~= "int4" then return false, "That was " .. q.codec .. "; this task is about int4." end
    local seen, different = {}, 0
    for _, w in q.x:each() do
      if not seen[w] then seen[w], different = true, different + 1 end
    end
    if different < 4 then return false, ("Only %d different number%s so far: four at least."):format(different, different == 1 and "" or "s") end
    local largest = q:error().max
    if largest > 0.1 then
      return "close", ("The largest error is %.4f. It is at most half a step: what would make the step smaller?"):format(largest)
    end
    return true
  end,
  hint = { "It begins with  quantize int4 [  and then your numbers, with commas between them.",
           "The step is the largest number divided by 7. Half of that must stay below 0.1, so no number should be beyond 1.4." },
  answer = "mine = quantize int4 [0.9, -0.35, 0.1, 0.62]",
  why = "The narrower the range, the smaller the step, and the smaller the errors. Finding a good range is called calibration." }

L:say [[
You have sent numbers through a radio that carries only fifteen of them: divide by
the scale, round, send; multiply by the scale to come back.

Look at your own numbers once more with `line _` and `bars _`, or let a second rule
try them: `quantize uint4 [-1.2, -0.6, 0.2, 1.0]` has a zero point too.]]

return L
