-- Fixed point: fractions in whole numbers. The document's examples F1 to F5.
local qs = require "qs"
local L = qs.lesson { id = "fixedpoint", title = "fractions in whole numbers: fixed point", minutes = 9, needs = { "multiply" } }

local function first(v) return type(v) == "table" and v[#v] or v end
local function fixed(text, o)
  local f = qs.fixed(text, o)
  return { code = first(f.code), back = first(f.back), error = first(f.error), record = f }
end

local half, small = fixed("0.5", { scale = 100 }), fixed("0.001", { scale = 100 })
local lost, kept = fixed("0.5 * 0.5", { scale = 100, shift = false }), fixed("0.5 * 0.5", { scale = 100 })
local binary = fixed("0.5 * 1.75", { q = "3.4" })
local pi = fixed("3.14159", { q = "3.4" })
local third = fixed("1.75 * -0.3", { q = "3.4" })

-- F1
L:say [[
Small processors calculate with whole numbers much faster than with fractions. So
fractions are scaled up: agree on 100, and 0.5 is kept as the whole number 50. That is
fixed point: the point stands at a fixed place, here before the last two digits.]]
L:show("fixed", half.record)

L:ask { "Which whole number stands for 1.75, if the scale is 100?", kind = "number", near = fixed("1.75", { scale = 100 }).code, within = 0,
  wrong = {
    { near = 1.75, within = 0.001, say = "That is the number itself. Scale it up." },
    { near = 17.5, within = 0.001, say = "That is a scale of 10." },
    { near = 0.0175, within = 0.0001, say = "Divided: that is the way back." },
  },
  hint = { "1.75 * 100" }, answer = "175", why = "175, exactly. To come back, divide by 100." }

-- F2
L:ask { "The notes say that this works for values like 0.001. Which whole number does 0.001 get with the scale 100?", kind = "number", near = small.code, within = 0,
  wrong = {
    { near = 0.1, within = 0.0001, say = "0.1 is no whole number. Round it." },
    { near = 1, within = 0, say = "0.1 is nearer to 0 than to 1." },
    { near = 100, within = 0, say = "0.001 * 100 is less than 1." },
  },
  hint = { "0.001 * 100 = 0.1. Rounded?" }, answer = "0",
  why = "0: it is lost. With the scale 100 the smallest step is 0.01. For 0.001 the scale must be 1000 or more." }

L:show("fixed", small.record)

-- F3
L:say [[
Sums and differences are easy: 50 + 175 = 225 stands for 2.25. Then comes the trap. The
notes say: calculate with integers, "later" divide by 100. For a product that is once too
few.]]

L:ask { "50 * 50 = 2500. Both factors stand for 0.5. By how much must 2500 be divided to stand, with the scale 100, for 0.25?", kind = "number", near = 100, within = 0,
  wrong = {
    { near = 10000, within = 0, say = "2500 / 10000 is 0.25 itself. With the scale 100, 0.25 is kept as 25." },
    { near = 10, within = 0, say = "250 would stand for 2.5." },
    { near = 1, within = 0, say = "Undivided, 2500 would stand for 25." },
  },
  hint = { "0.25 is kept as 25.", "2500 / 25" }, answer = "2500 / 25",
  why = ("Each factor brought its own 100, so the product has 100 * 100. Divided once: %d, and it stands for %.2f."):format(kept.code, kept.back) }

L:predict { "Forget that division: 0.5 * 0.5 with the scale 100. Which number comes back?", kind = "choice", { "0.25", "2.5", "25" }, right = 3,
  wrong = { { choice = 1, say = "Only if the product is divided by 100 before it is read." }, { choice = 2, say = "2500 / 100 is more." } },
  hint = { "2500, read with the scale 100." }, why = ("%g: a hundred times too much. It is the classic mistake of fixed point."):format(lost.back),
  reveal = function() L:show("fixed", lost.record) end }

L:pause()

-- F4
L:say [[
Powers of two make better scales than 100: dividing by 16 is moving bits four places, a
shift. Q3.4 has a sign, 3 bits before the point and 4 behind it: the scale is 2^4 = 16.]]
L:show("fixed", fixed("1.75", { q = "3.4" }).record)

L:ask { "In Q3.4, 0.5 is 8 and 1.75 is 28. Their product 224, shifted by four places: which number is that?", kind = "number", near = binary.code, within = 0,
  wrong = {
    { near = 224 / 4, within = 0, say = "Four places are a division by 2^4." },
    { near = 224 * 16, within = 0, say = "Shifted the other way." },
    { near = binary.back, within = 0.0001, say = "That is what it stands for. The question is for the whole number." },
  },
  hint = { "224 / 16" }, answer = "224 / 16", why = ("%d, which stands for %d / 16 = %g: exactly 0.5 * 1.75."):format(binary.code, binary.code, binary.back) }

L:say "The engine does it step by step."
L:walk("fixed", "0.5 * 1.75", { q = "3.4", stop = {
  multiply = "A product of the two codes and a shift. Adding 8, half of 16, before the shift makes it round.",
} })

-- F5
L:say(([[
The notes name 3.14 and 1.5 as numbers that floats hold. 1.5 is 1 + 1/2, exact in binary;
3.14 is no sum of halves, quarters and so on. The nearest number that 64 bits of floating point hold is
%.18f. In Q3.4 it is rougher: the step is 1/16.]]):format(3.14))
L:show("bits", 3.14)

L:ask { "Which whole number stands for 3.14159 in Q3.4?", kind = "number", near = pi.code, within = 0,
  wrong = {
    { near = 3.14159 * 16, within = 0.01, say = "Nearly: round it." },
    { near = 48, within = 0, say = "48 stands for 3." }, { near = 314, within = 1, say = "That is the scale 100." },
    { near = 51, within = 0, say = "50.27 is nearer to 50." },
  },
  hint = { "3.14159 * 16, rounded." }, answer = "50", why = ("%.3f, so %d, which stands for %g."):format(3.14159 * 16, pi.code, pi.back) }

L:say "Now a product of two numbers that are both a little off. Step through it."
L:walk("fixed", "3.14159 * -0.3", { q = "3.4", stop = {
  multiply = "The product carries the errors of both factors, and its own rounding is added.",
} })

local m = qs.matmul(2.0, 1.5, { step = 0.0314, out = 0.0314 })
local m0, e = first(m.m0), first(m.e)

L:say(([[
In the lesson multiply a product was rescaled by M = 0.0314. That can be done in integers
too: M = m * 2^e with m from 0.5 to 1, and m * 2^31 is kept as a whole number. For 0.0314
that is %d, with e = %d. Then, as 31 + 4 = 35,

    Q3 = (3072 * %d) >> 35, rounded]]):format(m0, e, m0))
L:say [[
Some processors do it in two parts, each with its own rounding: first the upper half of
the product, then the shift. Where the first rounding reaches a half, the second rounds
once more: now and then the result is 1 off.]]
L:show("matmul", m)

L:ask { "Which Q3 does that give?", kind = "number", near = first(m.one), within = 0,
  wrong = {
    { near = 97, within = 0, say = "96.46 is nearer to the number below." },
    { near = 3072 * 0.0314, within = 0.01, say = "Rounded to a whole number." },
  },
  hint = { ("3072 * %d / 2^35"):format(m0), "It is 3072 * 0.0314, calculated differently." }, answer = ("round(3072 * %d / 2^35)"):format(m0):gsub("^round%((.*)%)$", "(%1) // 1"),
  why = ("%d in one step and %d in two: the same here."):format(first(m.one), first(m.two)) }

-- 3 x 1/8: the first rounding keeps a half of the half, the second finds a tie that was none.
local twice = qs.matmul(0.375, 0.125, { step = 0.125, out = 0.125 })

L:say(([[
Not always: 3 * 1/8 is 0.375, which rounds to 0. In one step it gives %d. In two steps the
upper half is 1.5, rounded to 2, and a quarter of 2 is 0.5: a tie, so it gives %d.]]):format(first(twice.one), first(twice.two)))
L:show("matmul", twice)

L:task { "A calculation of your own: type  fixed  with a product in quotes and q=m.n, so that it comes back exactly (error 0), with both factors no whole numbers.",
  check = function(st)
    if not qs.is(st.value, "record") or st.value.method ~= "fixed" then return false end
    local codes = st.value.code
    if type(codes) ~= "table" or not st.line:find("*", 1, true) then return false, "It should be a product, such as  fixed \"0.5 * 1.75\" q=3.4" end
    local exact = st.value.exact
    for i = 1, 2 do
      if exact[i] == math.floor(exact[i]) then return false, ("%g is a whole number."):format(exact[i]) end
    end
    local err = first(st.value.error)
    return err == 0, ("The error is %g."):format(err)
  end,
  hint = { "Halves, quarters and eighths are exact in binary.", "The product of two numbers with 2 places behind the point needs 4." }, answer = "fixed \"0.25 * 2.75\" q=3.4",
  why = "Numbers that are sums of powers of two, and enough places behind the point." }

L:say [[
Fixed point: a whole number with an agreed scale. Sums are free, products need one shift.

Try `fixed "1.75 * -0.3" q=3.4` and the same with q=0.7: a Q0.7 number ends below 1.
Next: granularity, who shares a scale.]]

return L
