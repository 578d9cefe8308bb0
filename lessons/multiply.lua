-- Multiplying in integers: the document's "Dequantize", examples E1 to E6.
local qs = require "qs"
local L = qs.lesson { id = "multiply", title = "multiplying without leaving the integers", minutes = 10, needs = { "asymmetric", "type0" } }

local s = L:var("s", 0.0314)
local r = L:var("r", qs.tensor { 2.0, 1.5 })
local wa = L:var("wa", qs.rand.normal(32, { sigma = 0.02, seed = 1 }))
local xb = L:var("xb", qs.rand.normal(32, { sigma = 1, seed = 2 }))

local function product(a, b, step) return qs.matmul(a, b, { step = step, out = step }) end
local function first(v) return type(v) == "table" and v[1] or v end

local m = product(2.0, 1.5, 0.0314)
local q1, q2, sum, q3, back = first(m.q1), first(m.q2), first(m.sum), first(m.q3), first(m.back)

-- E1
L:show("line", r)
L:say [[
A net multiplies weights with inputs and adds the products up. Both may be stored as
codes. The notes say that to multiply "we need to get back to the original value". One
can. But their formula does the opposite: it multiplies the codes, whole numbers, and only
changes the scale of the result.

With Q1, Q2 for the factors, Q3 for the result, s1 s2 s3 the scales, Z1 Z2 Z3 the zero
points, they print

    Q3 = round( (s1 - s2 / s3) * (Q1 - Z1) * (Q2 - Z2) + Z3 )]]

-- E3, E4
L:say [[
Their example: 2.0 * 1.5 = 3.0, with s1 = s2 = s3 = s = 0.0314 and all zero points 0. (In
print the letters ran together, "s1,s2,s3s_1, s_2", and Z and z mean the same.) First the
codes of the factors.]]

L:ask { "Which code has 1.5 with s = 0.0314?", kind = "number", near = q2, within = 0,
  wrong = {
    { near = 47, within = 0, say = "47.77 is nearer to the next one." },
    { near = 1.5 / 0.0314, within = 0.01, say = "Now round it: codes are whole." },
    { near = q1, within = 0, say = "That is the code of 2.0." },
  },
  hint = { "1.5 / 0.0314, rounded." }, answer = "48", why = ("1.5 / 0.0314 = %.3f, so %d. And 2.0 has %d."):format(1.5 / 0.0314, q2, q1) }

L:ask { "The product of the two codes is a whole number. Which?", kind = "number", near = sum, within = 0,
  wrong = {
    { near = 3, within = 0.001, say = "That is the product of the real numbers." },
    { near = 96, within = 0.5, say = "That comes later, when the scale is changed." },
    { near = 64 + 48, within = 0, say = "Multiply, not add." },
  },
  hint = { "64 * 48" }, answer = "64 * 48",
  why = "3072. It does not fit 8 bits: such products, and sums of thousands of them, are kept in 32 bits." }

-- E2
L:say(([[
3072 counts steps of s * s. The result is to count steps of s3. So it must be multiplied
by s1 * s2 / s3. In the printed formula stands "s1 - s2 / s3": a multiplication sign was
lost. As printed, with 0.0314 everywhere, it gives (0.0314 - 1) * 3072, or %d, and codes
end at -128.]]):format(m.printed))

-- E5
L:ask { "With s1 * s2 / s3 = 0.0314: which code Q3 does the product 3072 become?", kind = "number", near = q3, within = 0,
  wrong = {
    { near = 97, within = 0, say = "The notes print 97 too. But 3072 * 0.0314 is 96.46, and that rounds down." },
    { near = 3072 * 0.0314, within = 0.01, say = "Now round it." },
    { near = 3, within = 0.001, say = "That is the real product. Its code counts steps of 0.0314." },
    { near = -2976, within = 0.5, say = "That is the printed formula with the lost sign." },
  },
  hint = { "3072 * 0.0314", "96.4608, rounded to the nearest." }, answer = "96", why = "3072 * 0.0314 = 96.4608, so 96. The notes have 97." }

L:say "All of it once more, step by step, as the engine does it."
L:walk("matmul", { 2.0, 1.5 }, { step = 0.0314, out = 0.0314, stop = {
  codes = "Both factors become codes.",
  multiply = "One multiplication of whole numbers. In a matrix many such products are added here, in 32 bits.",
  correct = "Zero points that are not 0 would be taken care of here. Ours are 0.",
  rescale = "One multiplication leads to the scale of the result: 96.46, rounded to 96.",
} })

local steps = { { "0.0314", 0.0314 }, { "pi / 100", math.pi / 100 }, { "4 / 127", 4 / 127 }, { "8 / 255", 8 / 255 }, { "0.0315", 0.0315 } }
local lines = {}
for i, one in ipairs(steps) do
  local p = product(2.0, 1.5, one[2])
  lines[i] = ("  %-9s %.8f  %3d %3d   %8.4f  %4d   %.4f"):format(one[1], one[2], first(p.q1), first(p.q2), first(p.rescaled), first(p.q3), first(p.back))
end
L:show("matmul", m)
L:say("Where could 97 come from? From a scale that only prints as 0.0314:\n" ..
  "  scale     in full      Q1  Q2   rescaled    Q3   back\n" .. table.concat(lines, "\n"))
L:say(([[
For the codes 64 and 48, any scale from %.8f to %.8f gives 97. pi / 100 is one,
and rounds to 0.0314; so is 4 / 127, which reads 0.0314 if it is cut off behind the fourth
decimal. A scale rounded to three digits changes the answer.]]):format(96.5 / sum, 2 / 63.5))

-- E6
L:ask { "The notes get back 97 * 0.0314. What do we get back from 96?", kind = "number", near = back, within = 0.0005,
  wrong = {
    { near = 97 * 0.0314, within = 0.0005, say = "That is 97 * 0.0314 = 3.0458, printed as 3.05." },
    { near = 3, within = 0.0001, say = "3 is exact. 96 steps of 0.0314 are a little more." },
    { near = 96 / 0.0314, within = 1, say = "Multiply: a code counts steps." },
  },
  hint = { "96 * s" }, answer = "96 * 0.0314",
  why = ("%.4f. (97 * 0.0314 = 3.0458; the notes round it to 3.05.) Most of the error was in the factors: %.4f * %.4f = %.5f."):format(back, q1 * 0.0314, q2 * 0.0314, q1 * q2 * 0.0314 * 0.0314) }

local full = product(2.0, 2.0, 0.0314)

L:predict { "The same scales, and 2.0 * 2.0. What comes back?", kind = "choice", { "about 4.02", "about 3.99", "an error message" }, right = 2,
  wrong = {
    { choice = 1, say = "That would need the code 129, and codes of 8 bits end at 127." },
    { choice = 3, say = "Integers do not complain: the result is kept at the last code." },
  },
  hint = { "64 * 64 * 0.0314 = 128.6. What is the last code of int8?" },
  why = ("%.1f is beyond 127. The code stays at %d, %.4f: saturation. So a real kernel gives the result a scale of its own."):format(first(full.rescaled), first(full.q3), first(full.back)),
  reveal = function() L:show("matmul", full) end }

L:pause()

local a, b = qs.quantize(wa, "q8_0"), qs.quantize(xb, "q8_0")
local da, db = a:field(0, "d"), b:field(0, "d")
local dot = qs.dot(a, b)

L:say(([[
Now two real blocks: wa, 32 weights, and xb, 32 inputs, both in Q8_0. The 32 products of
codes are added as whole numbers; the sum is %d. Only then the two scales come in, once:
d of wa is %.7f, d of xb is %.6f.]]):format(dot.int, da, db))
L:show("bars", a)

L:ask { "What is the sum of products, as a real number?", kind = "number", near = dot.scaled, within = math.abs(dot.scaled) * 0.002 + 1e-6,
  wrong = {
    { near = dot.int, within = 0, say = "That is the sum of the codes' products. Both scales are missing." },
    { near = dot.int * da, within = math.abs(dot.int * da) * 0.001, say = "The scale of the weights is in; that of the inputs is missing." },
    { near = dot.int * db, within = math.abs(dot.int * db) * 0.001, say = "The scale of the inputs is in; that of the weights is missing." },
    { near = dot.int * (da + db), within = math.abs(dot.int * db) * 0.0005, say = "The scales are multiplied, not added." },
  },
  hint = { "sum * d of wa * d of xb", ("%d * %.7f * %.6f"):format(dot.int, da, db) }, answer = ("%d * %.7f * %.6f"):format(dot.int, da, db),
  why = ("%.6f; with the weights and inputs as they were it is %.6f. 32 multiplications of small integers, two of floats."):format(dot.scaled, dot.exact) }

L:task { "Factors of your own: multiply two numbers with  matmul , with step= and out= of your choice, so that the result comes back within 0.005 of the true product. None of the numbers may be 0 or 1.",
  check = function(st)
    if not qs.is(st.value, "record") or st.value.method ~= "matmul" then return false end
    local v = st.value
    local e, x = first(v.error), first(v.exact)
    if x == 0 then return false, "A product of 0 is too easy." end
    return math.abs(e) < 0.005, ("It comes back as %.5f, exact is %.5f."):format(first(v.back), x)
  end,
  hint = { "matmul 2.0 1.5 step=0.0314 out=0.0314  is the example of this lesson.", "Choose a step of which both factors are whole multiples, such as 0.025, and an out= that reaches the product." },
  answer = "matmul 1.25 2.5 step=0.025 out=0.025",
  why = "The factors' codes carry most of the error; a step that fits them leaves none." }

L:say [[
Integers are multiplied and added, in 32 bits; one multiplication changes the scale at the
end. Scales must be carried in full.

Try `matmul 2.0 1.5 step=0.0315 out=0.0314` and `dot q8_0 wa q8_0 xb`. The next lesson,
fixedpoint, does that last multiplication with integers too.]]

return L
