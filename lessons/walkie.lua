-- walkie.lua - the formula of quantization, played with one number: 3.4 -> 5 -> 3.57.
-- Examples C1 to C7 of the document. What the document prints stands in the text; everything else is asked of the engine.
local qs = require "qs"
local L = qs.lesson { id = "walkie", title = "Big numbers through a small radio", minutes = 6 }

local CODES = { -7, 7 }
local STEP = (5 - -5) / (7 - -7)               -- the document's formula for s
local function send(values, step) return qs.quantize(qs.tensor(values), "int4", { codes = CODES, step = step or STEP }) end

local sent = send { 3.4 }
local back = sent:values()[0]
local pi_back = send({ 3.14159 }):values()[0]
local pi_whole = send({ 3.14159 }, 1):values()[0]

local x = L:var("x", qs.tensor { -5, -1.3, 3.4, 5 })
L:var("s", STEP)

L:say [[Imagine a walkie-talkie that can only say the whole numbers from -7 to 7.
You have real numbers to send, from -5.0 to 5.0, with digits behind the point.
So you shrink each number to one that the radio can say, and your friend
stretches it back. That is all that quantization does.]]
L:show("line", x, { codec = "int4", codes = CODES, step = STEP, hide = "step" })
L:say [[Above: the fifteen whole numbers as ticks, called codes, and four numbers that
want to be sent. The distance between two ticks, in your numbers, is the
scale s, also called the step. It is hidden for now.]]

L:ask { "Codes -7 to 7 have to span -5.0 to 5.0. How large is one step?",
  kind = "number", near = STEP, within = 0.002,
  wrong = {
    { near = 10 / 15, say = "That divides by the number of codes. Fifteen posts stand around fourteen gaps; the gaps are what we count." },
    { near = 10 / 7, say = "Seven gaps lie on each side of zero: from -7 to 7 there are twice as many." },
    { near = 14 / 10, say = "Upside down: that is how many codes there are for each 1.0. We want how much each code is worth." },
    { near = 10 / 16, say = "-8 is not among the codes of this radio, so there are fourteen gaps." },
  },
  hint = { "The whole range is 5 - (-5). How many gaps are there from -7 to 7?", "Divide 10 by 14. You can type  10 / 14" },
  answer = "10 / 14", why = "s = (5 - (-5)) / (7 - (-7)) = 10 / 14" }
L:say [[The document cuts it to 0.714. The engine keeps {s}, which is 5/7 as
near as the machine can hold it. With it comes the rule for sending r:

    Q = round(r / s - z)          and back:   R = (Q + z) * s

z shifts everything so that the ranges line up. Both ranges are centred here,
so z = 0 and drops out.]]

L:predict { "You want to send 3.4. Which code does it get?", kind = "choice",
  { "3", "4", "5", "6" }, right = 3,
  reveal = function() L:show("line", sent, { codes = CODES }) end,
  why = "3.4 / s = 4.76, and the nearest whole number is 5" }
L:say [[3.4 / 0.714 is about 4.76, and 5 is the nearest code. Now watch the engine do
it with all four numbers. Press Enter (or F8) for each step.]]
L:walk("int4", x, { codes = CODES, step = STEP,
  stop = { round = "Each number is divided by s, and the result goes to the nearest tick." } })

L:ask { "Your friend hears 5. What number does she write down?",
  kind = "number", near = back, within = 0.006,
  wrong = {
    { near = 3.4, say = "That is what you meant. But only the 5 went over the radio; she has to stretch it." },
    { near = 5, say = "5 is the code. It stands for five steps of size s." },
    { near = 5 / STEP, say = "Sending divides by s, so coming back multiplies." },
  },
  hint = { "R = (Q + z) * s, and z is 0.", "Type  5 * s" },
  answer = "5 * s", why = "5 steps of s each" }
L:say(([[The document finds 5 * 0.714 = 3.57. With the whole scale it is
%.6f, so the number that arrives is %+.6f away from 3.4.
That difference is the quantization error: what comes back minus what was sent.]]):format(back, back - sent.x[0]))
L:show("bars", qs.quantize(x, "int4", { codes = CODES, step = STEP }))

L:ask { "Every number between -5 and 5 goes to its nearest tick. How large can the error become?",
  kind = "choice", { "up to one whole step", "up to half a step", "it has no limit" }, right = 2,
  wrong = {
    { 1, say = "A number a whole step away from a tick is already on the next tick." },
    { 3, say = "Beyond the ends that is true. Between them there is always a tick nearby." },
  },
  hint = { "Where between two ticks is a number furthest from both?", "In the middle, half a step from each." },
  answer = "b", why = "the middle between two ticks is half a step from both" }
L:say(([[Half of %.6f is %.6f; the error of 3.4 stays below that.

The document also says that 3.14159 becomes 3. It does, if one step is worth 1:
then %.5g comes back.]]):format(STEP, STEP / 2, pi_whole))

L:ask { "With our step s, what comes back for 3.14159?",
  kind = "number", near = pi_back, within = 0.006,
  wrong = {
    { near = 3, say = "That needs a step of 1. The same code means something else with every step, so the step has to be known on both sides." },
    { near = 4, say = "4 is its code. What comes back is four steps." },
    { near = 3.14159, say = "It is between two ticks, so it can not come back whole." },
    { near = 3 * STEP, say = "3.14159 / s is about 4.4, so the nearest code is one higher." },
  },
  hint = { "First the code: 3.14159 / s, rounded. Then times s.", "3.14159 / s is about 4.4, so the code is 4.  Type  4 * s" },
  answer = "4 * s", why = "3.14159 / s = 4.398, code 4, and 4 * s" }
L:say [[So a code says nothing by itself. That is why every format of quantized weights
stores scales beside the codes, and why the lessons after this one are mostly
about scales.]]

L:task { "Now your own numbers. Pick at least three, one of them beyond 5 or below -5,\n" ..
    "and quantize them with int4 so that no error is above half a step.",
  check = function(s)
    local q = s.value
    if not qs.is(q, "quantized") then return false, "That is not a quantized tensor yet: quantize int4 [ your numbers ]" end
    if q.codec ~= "int4" then return false, "This radio is int4." end
    if #q.x < 3 then return false, "At least three numbers, please." end
    local far = 0
    for i = 0, #q.x - 1 do far = math.max(far, math.abs(q.x[i])) end
    if far <= 5 then return false, "One of them should lie beyond -5 .. 5." end
    local step, worst = q:field(0, "scale"), q:error().max
    if worst > step / 2 * 1.000001 then
      return false, ("The worst error is %.4f, and half a step is %.4f: the ends do not reach your largest number."):format(worst, step / 2)
    end
    return true
  end,
  hint = { "Left to itself,  quantize int4 [ ... ]  takes a step that reaches your largest number.",
           "For example  quantize int4 [-9, 2.5, 6]" },
  answer = "quantize int4 [-9, 2.5, 6]", why = "the step is the largest number divided by 7, so nothing lies beyond the last tick" }
L:say [[That is the whole formula. To go on:

    `line _`                 your numbers on their ticks
    `quantize uint4 _.x`     codes 0 to 15 with a zero point
    `step q4_0 x pad=zero`   the same idea as model files store it
    `lessons`                what else there is]]

return L
