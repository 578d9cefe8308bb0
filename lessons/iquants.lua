-- I-quants: eight weights are stored as one entry of a codebook. The document's vector, completed by us; then IQ2_XXS on weights.
local qs = require "qs"
local L = qs.lesson { id = "iquants", title = "eight weights at once: I-quants", minutes = 10, needs = { "kquants" } }

local W = L:var("W", qs.tensor { 0.12, -0.55, 0.30, -0.71, 0.05, -0.33, 0.48, 0.20 })
local w = L:var("w", qs.rand.normal(256, { sigma = 0.02, seed = 42 }))
local q = qs.quantize(w, "iq2_xxs", { imp = "flat" })

local shapes = { { 1, 1, 1, 1, 1, 1, 1, 1 }, { 1, 3, 1, 3, 1, 1, 3, 1 }, { 1, 3, 1, 3, 1, 3, 3, 1 }, { 3, 3, 3, 3, 3, 3, 3, 3 }, { 1, 3, 3, 3, 1, 1, 3, 1 } }

local function sum(t)
  local s = 0
  for _, v in t:each() do s = s + v end
  return s
end

local size = W:map(math.abs)
local power = sum(size * size)

local function fit(c)
  c = qs.tensor(c)
  local along, cc = sum(size * c), sum(c * c)
  local far, best = size - c, along / cc
  local near = size - c * best
  return { along = along, cc = cc, scale = best, unscaled = sum(far * far), distance = sum(near * near), cosine = along / math.sqrt(power * cc) }
end

local fits = {}
for i, c in ipairs(shapes) do fits[i] = fit(c) end
local c1 = fits[2]

-- D12
L:show("bars", W)
L:say [[
So far each weight had a code of its own. I-quants take eight weights together, as one
vector, and look for the most similar of a fixed list of vectors, the codebook. The file
gets the number of that entry, a scale, and the signs.

The notes show such a vector, W = [0.12, -0.55, 0.30, -0.71, ..., 0.20], but not all of
it, and "code #76" as its entry, a number out of the air. We complete it so that there
is something to compute: the three numbers in the middle are ours.]]
local function lines(columns)
  local s = ""
  for i, c in ipairs(shapes) do s = s .. (("  c%d  %s  %s"):format(i - 1, table.concat(c, " "), columns(fits[i])):gsub(" +$", "")) .. "\n" end
  return s
end

L:say("Signs are stored apart, so what is matched are the magnitudes:\n  " ..
  "    .12 .55 .30 .71 .05 .33 .48 .20\nOur codebook, made up for this lesson, has five entries:\n" .. lines(function() return "" end))

-- D10
L:predict { "Which entry is nearest to the eight magnitudes, taken as it stands, with no scale?", kind = "choice",
  { "c0", "c1", "c2", "c3", "c4" }, right = 1,
  wrong = {
    { choice = 2, say = "c1 is large where W is large. But without a scale its 3 is compared with .55." },
    { choice = 3, say = "c2 has the 3s in the right places, one more than c1. But 3 is far from .55 as it stands." },
    { choice = 4, say = "All 3s: that is the furthest of all." },
    { choice = 5, say = "3 is far from .55, and c4 has four of them." },
  },
  hint = { "The magnitudes are all below 1. Which entry has the smallest numbers?" },
  why = ("Its squared distance is %.2f, that of c1 %.2f. The smallest shape wins, whatever its form: without a scale distance means little."):format(fits[1].unscaled, c1.unscaled) }

L:say([[
So each entry is first stretched by the scale that fits it best:

    best scale = (sum of magnitude * entry) / (sum of entry * entry)

The notes pick the match "using cosine similarity or Euclidean distance" (the cosine is 1
for the same form, whatever the size). As it stands the two disagree.]])

L:ask { ("For c1 the sum of magnitude * entry is %.2f. Which scale fits c1 best?"):format(c1.along), kind = "number", near = c1.scale, within = 0.0005,
  wrong = {
    { near = c1.along / 8, within = 0.0005, say = "8 is how many numbers there are. Divide by the sum of entry * entry." },
    { near = c1.along, within = 0.001, say = "That is the sum above the line. Divide it by the sum of entry * entry." },
    { near = c1.along / 16, within = 0.0005, say = "Divided by the sum of the entry: each number must be squared first." },
    { near = c1.cc / c1.along, within = 0.001, say = "Turned over." },
  },
  hint = { "c1 = 1 3 1 3 1 1 3 1. Square each, then add: three 9s and five 1s.", ("%.2f / 32"):format(c1.along) }, answer = ("%.2f / 32"):format(c1.along),
  why = ("32 = 3 * 9 + 5 * 1, and %.2f / 32 = %.6f."):format(c1.along, c1.scale) }

L:say("With its best scale for each:\n" ..
  "  entry                 scale     distance^2  cosine\n" ..
  lines(function(f) return ("%.6f  %.6f    %.4f"):format(f.scale, f.distance, f.cosine) end))
L:say [[
Now distance and cosine choose the same entry. They must: the distance, squared, at the
best scale is |W|^2 * (1 - cosine^2), where |W|^2 is the sum of the squared magnitudes.]]

L:ask { ("|W|^2 is %.4f, and the cosine of c1 is %.6f. Which squared distance does that give?"):format(power, c1.cosine), kind = "number",
  near = c1.distance, within = 0.0003,
  wrong = {
    { near = power * (1 - c1.cosine), within = 0.0003, say = "The cosine has to be squared." },
    { near = 1 - c1.cosine ^ 2, within = 0.0003, say = "That is the share that is lost. Times |W|^2." },
    { near = power * c1.cosine ^ 2, within = 0.0003, say = "That is what c1 catches. The distance is what it misses: 1 minus." },
  },
  hint = { "|W|^2 * (1 - cosine^2)", ("%.4f * (1 - %.6f ^ 2)"):format(power, c1.cosine) }, answer = ("%.4f * (1 - %.6f ^ 2)"):format(power, c1.cosine),
  why = ("%.6f, the same as in the table: the higher the cosine, the smaller the distance."):format(c1.distance) }

-- D9
L:say([[
Real codebooks are larger. IQ2_XXS has 256 entries of 8 magnitudes, which are 8, 25 or
43; that is the one the notes describe. IQ2_XS has 512, IQ2_S 1024, the IQ1 types
2048; in IQ3_XXS (256) and IQ3_S (512) an entry stands for 4 weights. The pane shows eight of our 256 weights, w, the nearest
entries, and the one that was stored.]])
L:show("match", q, { group = 1 })

local odd, turned = nil, nil
for g = 0, 31 do
  local minus = 0
  for i = 0, 7 do
    if w[8 * g + i] < 0 then minus = minus + 1 end
  end
  if minus % 2 == 1 and not odd then odd = g end
end
local back, group = q:values(), {}
for i = 0, 7 do
  local v = w[8 * odd + i]
  if v * back[8 * odd + i] < 0 then turned = i end
  group[i + 1] = ("%+.4f"):format(v)
end

-- D11
L:ask { "IQ2_XXS stores 7 signs for 8 weights and a number that picks 1 of 256 entries. How many bits are that, for the 8?", kind = "number",
  near = 15, within = 0,
  wrong = {
    { near = 16, within = 0, say = "8 signs would make 16. Only 7 are stored." },
    { near = 8, within = 0, say = "That is the entry alone." },
    { near = 263, within = 0, say = "To name one of 256 entries takes 8 bits, since 2^8 = 256." },
    { near = 23, within = 0, say = "8 bits for the entry, 7 for the signs: no more." },
  },
  hint = { "2^8 = 256, so the entry takes 8 bits.", "8 + 7" }, answer = "8 + 7",
  why = ("15 bits for 8 weights. With a 4-bit scale for 32 and a 16-bit one for 256 that makes %d bytes for 256 weights, %g bits each."):format(#q.bytes, #q.bytes * 8 / 256) }

L:say(([[
How do 7 bits store 8 signs? Only an even number of minus signs is allowed; then the
eighth follows from the seven. Where the number is odd, one sign has to be turned. Here
are eight weights with an odd number:
  w0      w1      w2      w3      w4      w5      w6      w7
  %s]]):format(table.concat(group, " ")))

local names = {}
for i = 0, 7 do names[i + 1] = ("w%d, %s"):format(i, group[i + 1]) end
local rights = {}
for i = 0, 7 do
  if i ~= turned then rights[#rights + 1] = { choice = i + 1, say = "A turned sign costs more the larger the weight is. Look for the smallest." } end
end

L:predict { "Which one comes back with the wrong sign?", kind = "choice", names, right = turned + 1, wrong = rights,
  hint = { "For which of them does it matter least whether it is above or below zero?" },
  why = ("w%d = %s: the smallest loses least. (With importance, the least important may be chosen.)"):format(turned, group[turned + 1]),
  reveal = function() L:show("match", q, { group = odd }) end }

L:pause()

L:say "Now the whole search of IQ2_XXS on these 256 weights."
L:walk("iq2_xxs", w, { imp = "flat", stop = {
  fold = "Signs aside, and an even number of minus signs in each eight.",
  weigh = "Errors can be given weights; here all columns count alike.",
  start = "A first scale for each 32 weights.",
  search = "Thirteen scales around it are tried; for each the nearest entries are looked up.",
  nearest = "An eight rarely lies on an entry. Its neighbours are compared.",
  refit = "The entries are known; now the scale that suits them best.",
  scales = "4 bits for the scale of 32 weights, 16 bits for the scale of all.",
  pack = "8 bits for each index, 7 for the signs of each eight.",
  decode = "Two bits a weight: the form is kept, the details are lost.",
} })

L:show("match", q, { map = true })
L:say [[
The map shows the whole codebook, one cell for each entry: brighter is nearer to the
eight weights of the picture before.]]
L:pause()

L:show("line", w:slice("0, 0:32"), { codec = "iq4_nl" })
L:ask { "What does one of the 16 codes of IQ4_NL stand for, shown here on 32 weights?", kind = "choice",
  { "an entry of eight magnitudes", "one value from a table of uneven steps", "one value, in even steps" }, right = 2,
  wrong = {
    { choice = 1, say = "Each weight in the picture has a code of its own." },
    { choice = 3, say = "Look at the places of the codes: close together around zero, further apart outside." },
  },
  hint = { "Does one arrow in the picture belong to one weight or to eight?", "Compare the distances of the codes." },
  why = "IQ4_NL and IQ4_XS have a table of 16 values, not of vectors. The I is in their name all the same." }

L:task { "Weights of your own, 256 or a multiple: store them in an I type (a name that begins with iq) in less than 3.2 bits each, so that the error is a quarter of the weights or less (signal to noise 12 dB). Without knowledge of the inputs, give imp=flat.",
  check = function(s)
    if not qs.is(s.value, "quantized") then return false end
    local c = qs.codec(s.value.codec)
    if c.family ~= "I" then return false, s.value.codec .. " is no I type: `codecs I` lists them." end
    if c.bits >= 3.2 then return false, ("%s takes %g bits."):format(c.name, c.bits) end
    local e = s.value:error()
    return e.snr >= 12, ("%s: %.2f dB."):format(c.name, e.snr)
  end,
  hint = { "`codecs I` lists them with their bits.", "The iq2 types stay below 12 dB on ordinary weights. One of the iq3 is below 3.2 bits." },
  answer = "g = gauss 4x256 sigma=0.02 seed=3; quantize iq3_xxs g imp=flat",
  why = "Entries of four magnitudes fit closer than entries of eight, for one bit more." }

L:say [[
I-quants: eight (or four) weights become the number of a codebook entry, a scale, and
signs.

Try `demo parity`, or `match iq2_xxs w imp=flat`, with {key:pane} into the pane and m for
the map. The next
lesson, importance, asks why the nearest entry is not always the one stored.]]

return L
