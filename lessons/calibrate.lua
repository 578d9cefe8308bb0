-- Calibration: which range the codes should cover. The document's C8, C9, and the data of methods 1.5.
local qs = require "qs"
local L = qs.lesson { id = "calibrate", title = "which range: calibration", minutes = 9, needs = { "asymmetric" } }

local x = L:var("x", qs.tensor { -4.8, 3.4, 4.9 })
local data = qs.rand.normal(20000, { sigma = 1, seed = 11 })
for k = 0, 19 do data[1000 * k] = k % 2 == 0 and 8 or -8 end
local X = L:var("X", data)

local found = qs.affine(x, { bits = 4 })
local shifted = qs.affine(x, { bits = 4, sym = "off", codes = "-7..7" })
local wide = qs.affine(qs.tensor { 3.4 }, { bits = 4, sym = "off", codes = "-8..7", range = { -5, 5 } })

-- C8
L:say [[
The walkie-talkie of the notes had the range -5..5. Where did it come from? "You run your
model on a sample dataset and measure" the smallest and the largest value: that is called
calibration. Their sample has -4.8 and 4.9, and they rounded outward to -5..5.]]
L:show("line", x, { codec = "int4", hide = "step" })

L:ask { "Take the sample at its word: codes -7..7, and 4.9 is furthest from zero. How large is the step?", kind = "number", near = 4.9 / 7, within = 0.002,
  wrong = {
    { near = 5 / 7, within = 0.002, say = "That is the step of -5..5. The sample ends at 4.9." },
    { near = 9.7 / 14, within = 0.002, say = "That is the range -4.8..4.9 cut into 14, with a zero point. Here zero stays at code 0, so 4.9 alone decides." },
    { near = 4.9 / 8, within = 0.002, say = "4.9 gets the code 7." },
  },
  hint = { "4.9 is 7 steps." }, answer = "4.9 / 7",
  why = ("%.1f instead of 0.714. 3.4 then gets code %d and comes back as %.4g: error %.4g instead of the 0.1714 with -5..5."):format(found.scale, found.codes[2], found.values[1], found.values[1] - 3.4) }

L:say(([[
Asymmetric, over -4.8..4.9: the step is 9.7 / 14 = %.6f and the zero point
-7 - round(-6.93) = %d, so 3.4 gets code %d again and comes back as %.6f.]]):format(shifted.scale, shifted.zero, shifted.codes[2], shifted.values[1]))

-- C9
L:ask { "The same range -5..5 on all 16 codes, -8..7: how large is the step?", kind = "number", near = wide.scale, within = 0.002,
  wrong = {
    { near = 10 / 14, within = 0.002, say = "From -8 to 7 there are 15 steps." },
    { near = 10 / 16, within = 0.002, say = "16 codes have 15 steps between them." },
  },
  hint = { "The range is 10, and there are 15 steps." }, answer = "10 / 15",
  why = ("%.6f. The zero point is -8 - round(-7.5), a tie: %d. And 3.4 becomes %d, %.6f."):format(wide.scale, wide.zero, wide.codes[1], wide.values[0]) }

local function cal(method, bits, p) return qs.calibrate(X, { method = method, bits = bits, p = p }) end
local eight, four = cal("minmax", 8), cal("minmax", 4)
local best = cal("mse", 4)

L:say [[
Samples are seldom so well behaved. X holds 20000 numbers around zero, nearly all between
-4 and 4, and 20 outliers at 8 and -8. Should the range reach them?]]
L:show("hist", X, { bins = 7 })

L:ask { ("With 4 bits, codes -7..7, and a range up to 8: how large is the step?"), kind = "number", near = 8 / 7, within = 0.002,
  wrong = {
    { near = 16 / 15, within = 0.002, say = "From -8 to 8 in 15 steps? The codes -7..7 have 14." },
    { near = 4 / 7, within = 0.002, say = "That would be a range up to 4: the outliers would be cut off." },
    { near = 1, within = 0.002, say = "8 gets the code 7." },
  },
  hint = { "8 is 7 steps." }, answer = "8 / 7", why = "1.14: whatever lies within 1.7 of zero, and most numbers do, gets one of three codes." }

L:predict { "Cut the range at half, so that the 20 outliers come back as 4 or -4. What does that do to the error over all 20000, with 4 bits?", kind = "choice",
  { "it grows: outliers have large errors", "it stays about the same", "it shrinks: all others get finer steps" }, right = 3,
  wrong = {
    { choice = 1, say = "They do, but there are 20 of them, and 19980 others." },
    { choice = 2, say = "The step is halved for nearly all numbers." },
  },
  hint = { "20 numbers lose, 19980 gain." },
  why = ("Sum of squared errors: %.0f with the whole range, %.0f when it ends at %.0f. The best of 80 ranges ends at %.2f: signal to noise %.2f dB instead of %.2f, and 6 dB more is half the error.")
    :format(best.curve[1].cost, best.curve[51].cost, best.curve[51].hi, best.hi, best.snr, four.snr),
  reveal = function() L:show("curve", best) end }

L:say [[
The curve has the range on one axis and the squared error on the other: too wide, and steps
are coarse; too narrow, and too much is cut off.]]
L:pause()

L:say [[
`demo clip` has such a curve with knobs: Up and Down choose one, Left and Right turn it.
Turn the outlier up to 16, then down to 0, and see where the best range goes. (`demo clip`
opens it, Enter on an empty line comes back here.)]]
L:pause()

L:say "Watch the cut at work on a few numbers of X."
local few = L:var("few", X:slice("0, 0:16"))
L:walk("int4", few, { step = best.scale, stop = {
  find = "The first is an outlier.",
  scale = "The step of the best range: it does not reach 8.",
  round = "8 would need a code beyond 7, and is cut off.",
  decode = "The outlier loses, the others gain.",
} })

local lines = {}
for _, m in ipairs { { "min-max", "minmax" }, { "percentile 99.9", "percentile" }, { "percentile 99.99", "percentile", 99.99 }, { "squared error", "mse" }, { "KL divergence", "kl" } } do
  local a, b = cal(m[2], 8, m[3]), cal(m[2], 4, m[3])
  lines[#lines + 1] = ("  %-18s %8.4f %8.2f    %8.4f %8.2f"):format(m[1], a.hi, a.snr, b.hi, b.snr)
end
L:say [[
Some rules choose the range by themselves. Min-max takes all. A percentile leaves the
outermost out. Squared error is the search that you saw: it takes the least of 80 ranges.
KL divergence compares how the numbers are spread before and after.]]
L:say("Where each ends on X, and its signal to noise:\n" ..
  "                       8 bits    dB          4 bits    dB\n" .. table.concat(lines, "\n"))

L:ask { "At 8 bits, which rule is clearly the worst for X?", kind = "choice", { "min-max", "percentile 99.9", "squared error" }, right = 2,
  wrong = {
    { choice = 1, say = "Look at its dB: 35.07. A higher number is better." },
    { choice = 3, say = "It looks for the least error. Among ranges it cannot be bad." },
  },
  hint = { "Compare the dB of the 8-bit column. Higher is better." },
  why = "With 8 bits the steps are fine anyway, and cutting off 0.1 % costs more than it gains. At 4 bits the same rule gains 4 dB. There is no best rule, only a best rule for a case." }

L:task { "Samples of your own: make 1000 numbers or more, with outliers, and calibrate them with 4 bits by a method other than minmax, so that some are cut off and it still reaches 12 dB.",
  check = function(st)
    if not qs.is(st.value, "record") or st.value.method ~= "calibrate" then return false end
    local v = st.value
    if v.clipped == 0 then return false, "That range reaches all samples: nothing was cut off." end
    return v.snr >= 12, ("%g were cut off, %.2f dB."):format(v.clipped, v.snr)
  end,
  hint = { "o = outliers 4096 share=0.002 size=8 seed=1   makes samples with outliers.", "calibrate o method=mse bits=4" },
  answer = "o = outliers 4096 share=0.002 size=8 seed=1; calibrate o method=mse bits=4",
  why = "The fewer the outliers and the fewer the bits, the more a cut gains." }

L:say [[
Calibration chooses the range from samples. A wide range means coarse steps, a narrow one
cuts off; which is worse depends on the bits and on the outliers.

Try `calibrate X method=percentile p=99.5 bits=4`. Next:
granularity, who shares a range.]]

return L
