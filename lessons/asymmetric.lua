-- Asymmetric quantization: a zero point. The document's examples A6, A12 to A14, and the two signs of C2.
local qs = require "qs"
local L = qs.lesson { id = "asymmetric", title = "zero has a code: asymmetric", minutes = 9, needs = { "symmetric" } }

local x = L:var("x", qs.tensor { -20, 0, 2, 10, 250, 1000 })
local q = qs.quantize(x, "uint8")
local s, zero = 4, q:codes()[1]

-- Rounding as the engine does it: to the nearest, a tie to the even number.
local function round(v) return qs.quantize(qs.tensor { v }, "int8", { step = 1 }):codes()[0] end

-- A6
L:say [[
Numbers from -20 to 1000 in the codes 0..255. Symmetric codes would waste nearly half of
their range on negative numbers. Asymmetric ones let the range begin where the numbers
begin. (The notes say of them: "vaule may have a negative value". So it may in both kinds;
asymmetric means that the range need not be centred.) The scale is as before:

    scale = (xmax - xmin) / (Qmax - Qmin)]]
L:show("line", x, { codec = "uint8", hide = "step" })

-- A13
L:ask { "How large is the scale for -20..1000 and the codes 0..255?", kind = "number", near = 1020 / 255, within = 0.001,
  wrong = {
    { near = 1000 / 255, within = 0.002, say = "The range begins at -20: it is 1020 long." },
    { near = 980 / 255, within = 0.002, say = "1000 less -20 is more than 1000." },
    { near = 1020 / 256, within = 0.002, say = "256 codes have 255 steps between them." },
    { near = 1000 / 127, within = 0.002, say = "That is the symmetric one." },
  },
  hint = { "1000 - -20 = 1020.", "1020 / 255" }, answer = "1020 / 255", why = "Exactly 4, as the notes say." }

-- A12, A13
L:say [[
With codes from 0 on, -20 shall get code 0. Then the number 0 gets another one, its zero
point:

    zero point = Qmin - round(xmin / scale)]]

L:ask { "Which code is the zero point?", kind = "number", near = zero, within = 0,
  wrong = {
    { near = -5, within = 0, say = "The sign: Qmin less round(-20 / 4), and less -5 is plus 5." },
    { near = 0, within = 0, say = "Code 0 is taken by -20." },
    { near = 20, within = 0, say = "Counted in steps of 4." },
    { near = 128, within = 0, say = "That would be the middle: for a range that is centred." },
  },
  hint = { "xmin / scale = -20 / 4", "0 - (-5)" }, answer = "0 - -20 / 4",
  why = ("0 - round(-5) = %d: the number 0 has the code %d and comes back exactly."):format(zero, zero) }

L:say "Now each number: divide by the scale, round, add the zero point. The engine does it step by step."
L:walk("uint8", x, { stop = {
  find = "The range of the numbers.",
  scale = "255 steps.",
  zero = "-20 is 5 steps below zero, so zero is 5 codes above the first.",
  round = "Count steps from zero, round, and add 5.",
  decode = "(code - 5) * 4.",
} })

-- A14
L:ask { "Which codes do -20 and 1000 get? Give both in brackets:  [a, b]", kind = "value",
  equal = qs.tensor { q:codes()[0], q:codes()[5] }, within = 0,
  wrong = {
    { equal = qs.tensor { -5, 250 }, within = 0, say = "That is before the zero point is added." },
    { equal = qs.tensor { 5, 255 }, within = 0, say = "5 is the code of zero. -20 lies five steps below." },
    { equal = qs.tensor { 0, 250 }, within = 0, say = "The zero point is added to both: 250 is 1000 / 4." },
  },
  hint = { "-20 / 4 + 5 and 1000 / 4 + 5." }, answer = "[0, 255]", why = "The ends of the range get the ends of the codes, and 0.0 gets 5." }

local first = round(250 / 4) + 5
local last = round(250 / 4 + 5)

L:say(([[
A trap: the notes first add the zero point and then round. Most engines round first. It
makes a difference where a number lies exactly in the middle between two codes, a tie:
250 / 4 = 62.5. Ties are rounded to the even number here.
       x    x / 4   round, then add 5   add 5, then round
     250   %6.2f   %12d        %12d
       2   %6.2f   %12d        %12d
      10   %6.2f   %12d        %12d]]):format(250 / 4, first, last, 2 / 4, round(2 / 4) + 5, round(2 / 4 + 5), 10 / 4, round(10 / 4) + 5, round(10 / 4 + 5)))
L:show("bars", q)

L:predict { "6 / 4 is 1.5. Which code does 6 get if the 5 is added first, and then rounded?", kind = "choice", { "6", "7", "6.5" }, right = 1,
  wrong = {
    { choice = 2, say = "That is what comes out if 1.5 is rounded first, to 2, and 5 added. 6.5 lies in the middle between 6 and 7; one of them is even." },
    { choice = 3, say = "A code is a whole number: 6.5 has to be rounded." },
  },
  hint = { "1.5 + 5 = 6.5. 6 and 7 are equally near; one of them is even." },
  why = ("Add first: %d. Round first: %d, which is what the engine stores. Both are half a step off. Except on ties both orders agree."):format(round(1.5 + 5), round(1.5) + 5),
  reveal = function() L:show("line", qs.quantize(qs.tensor { -20, 0, 6, 1000 }, "uint8")) end }

-- C2
L:say [[
And a clash of signs. The walkie-talkie of the notes has  Q = round(r / s - z)  and
R = (Q + z) * s : there z is subtracted. In their asymmetric recipe the zero point is
added. Both are right, with z = -(zero point):

    added       Q = round(r / s) + zero point    R = (Q - zero point) * s
    subtracted  Q = round(r / s - z)             R = (Q + z) * s]]

L:ask { "Which z of the walkie-talkie formula belongs to our zero point 5?", kind = "number", near = -zero, within = 0,
  wrong = {
    { near = 5, within = 0, say = "Subtracting 5 would move the codes down: -20 would get -10." },
    { near = 0, within = 0, say = "Without a shift -20 gets the code -5." },
  },
  hint = { "Subtracting z must do what adding 5 does." }, answer = "-5", why = "r / s - (-5) is r / s + 5." }

local far = qs.quantize(qs.tensor { 500, 700, 1000 }, "uint8")

L:say [[
Last, numbers that do not have zero among them: 500..1000. The formula gives
0 - round(500 / (500 / 255)) = -255: no code of 0..255. So the range is first widened until
it contains 0: it becomes 0..1000.]]
L:show("line", far)

L:ask { "Which is the lowest code that 500..1000 then use, if the scale is 1000 / 255?", kind = "number", near = far:codes()[0], within = 0,
  wrong = {
    { near = 0, within = 0, say = "Code 0 stands for 0 now, and 500 is far above." },
    { near = 127.5, within = 0.01, say = "That is 500 / s, a tie. Round it, to the even number." },
    { near = 127, within = 0, say = "127.5 is a tie, and 127 is odd." },
    { near = 255, within = 0, say = "That is the code of 1000." },
  },
  hint = { "500 divided by 1000 / 255.", "127.5 lies between 127 and 128: take the even one." }, answer = "128",
  why = "Codes 128 to 255: half of them lie idle. That is the price for a code that stands for zero exactly; zeros are frequent in a net, and an error there would be everywhere." }

L:task { "Numbers of your own, more to one side than to the other: quantize at least four with uint8, for which it makes less error (rmse) than int8 does.",
  check = function(s)
    if not qs.is(s.value, "quantized") then return false end
    if s.value.codec ~= "uint8" then return false, "That was " .. s.value.codec .. "; this task is about uint8." end
    if #s.value.x < 4 then return false, "Four numbers at least." end
    local mine, other = s.value:error().rmse, qs.quantize(s.value.x, "int8"):error().rmse
    return mine < other, ("uint8: rmse %.4g, int8: %.4g."):format(mine, other)
  end,
  hint = { "int8 has 127 steps to each side. When does it waste one side?" }, answer = "quantize uint8 [-3, 1.25, 17.3, 88, 140.6]",
  why = "The more the range lies to one side, the more a zero point saves." }

L:say [[
Asymmetric: a scale and a zero point, a code for zero, and a range that need not be
centred.

Try `demo rounding`, or `quantize uint4 [-1.2, -0.6, 0.2, 1.0]`. Next: type0, where files leave
the zero point away.]]

return L
