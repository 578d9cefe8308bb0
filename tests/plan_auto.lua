-- plan_auto.lua DIR: the sample model's mix against what one works out by hand, the chain of interaction.md 10.1, and options. TAP lines.
local qs = require "qs"
local dir, n, failed = arg[1], 0, false
local m = qs.open("sample", { as = "m" })
local imatrix = qs.imatrix(m, { out = dir .. "/d.imatrix.gguf", force = true })

local function ok(good, name, about)
  n = n + 1
  print((good and "ok " or "not ok ") .. n .. " - " .. name)
  if not good then print("# " .. tostring(about)) failed = true end
end

local function fails(f, part)
  local good, e = pcall(f)
  return not good and tostring(e):find(part, 1, true) ~= nil, good and "no error" or e
end

-- what a codec costs a tensor: sums over all weights, columns counted as their importance, of mean 1
local columns = qs.importance(imatrix)
local function weights(name)
  local c, sum = columns[name]:table()[1], 0
  if type(c) ~= "table" then c = columns[name]:table() end
  for i = 1, #c do sum = sum + c[i] end
  for i = 1, #c do c[i] = c[i] * #c / sum end
  return c
end

local names, cost, energy = { "layer.0.weight", "layer.1.weight", "output.weight" }, {}, 0
local replaced = { q3_K = "q4_0", q4_K = "q5_0", q5_K = "q5_1", q6_K = "q8_0" }	-- mixtures.md 5, for rows of 64
local size = { q3_K = 110 / 256, q4_K = 144 / 256, q5_K = 176 / 256, q6_K = 210 / 256, q4_0 = 18 / 32, q5_0 = 22 / 32, q5_1 = 24 / 32, q8_0 = 34 / 32 }
for k, name in ipairs(names) do
  local t, w = m[name], weights(name)
  local x = t:copy():reshape(1, #t):table()
  cost[k] = {}
  for i, v in ipairs(x) do energy = energy + w[(i - 1) % t.cols + 1] * v * v end
  for _, codec in ipairs { "q3_K", "q4_K", "q5_K", "q6_K" } do
    local c = t.cols % 256 == 0 and codec or replaced[codec]
    local y, sum = qs.quantize(t, c, { imp = columns }):values():reshape(1, #t):table(), 0
    for i, v in ipairs(x) do local d = y[i] - v sum = sum + w[(i - 1) % t.cols + 1] * d * d end
    cost[k][#cost[k] + 1] = { codec = c, squares = sum, bytes = math.tointeger(#t * size[c]) }
  end
end
local biases = (256 + 256 + 10) * 4
local all = 0
for _, x in ipairs(m:tensors()) do all = all + x.rows * x.cols end

local function least(limit)
  local best
  for _, a in ipairs(cost[1]) do for _, b in ipairs(cost[2]) do for _, c in ipairs(cost[3]) do
    local bytes, squares = a.bytes + b.bytes + c.bytes + biases, a.squares + b.squares + c.squares
    if bytes <= limit and (not best or squares < best.squares) then best = { squares = squares, bytes = bytes, a.codec, b.codec, c.codec } end
  end end end
  return best
end

local good, about = true, nil
for bits = 4, 7, 0.25 do
  local p, best = qs.plan(m, "auto", { bits = bits, codecs = { "q3_K", "q4_K", "q5_K", "q6_K" }, imatrix = imatrix }), least(bits * all // 8)
  local type = {}
  for i = 0, 5 do type[p:tensors()[i].tensor] = p:tensors()[i].type end
  for k, name in ipairs(names) do
    if type[name] ~= best[k] then good, about = false, ("%g bits: %s is %s, not %s"):format(bits, name, type[name], best[k]) end
  end
  if math.abs(p.rel - math.sqrt(best.squares / energy)) > 1e-6 or p.bytes ~= best.bytes then good, about = false, bits .. " bits: " .. p.rel end
end
ok(good, "no_other_mix_that_fits_loses_less_by_hand", about)

-- 10.1
local function right(plan)
  qs.convert(m, plan, dir .. "/x.gguf", { imatrix = imatrix, force = true })
  return qs.score(qs.open(dir .. "/x.gguf", { as = "s" }), { ref = m }).right
end
local mix, best = qs.plan(m, "auto", { bits = 3.5, imatrix = imatrix }), nil
for _, c in ipairs(qs.codecs()) do
  local fine, p = pcall(qs.plan, m, { pure = c.name, imatrix = imatrix })
  if fine and p.bits <= 3.5 and (not best or p.rel < best.rel) then best = p end
end
ok(mix.bits <= 3.5 and mix.rel < best.rel, "at_3.5_bits_the_mix_loses_less_than_the_best_codec_of_that_size", mix.rel .. " " .. best.rel)
ok(right(mix) >= right(best), "and_answers_no_worse", right(mix) .. " " .. right(best))

local a, e = fails(function() qs.plan(m, "auto", { bits = 40 }) end, "1 to 32")
ok(a, "bits_out_of_range_name_the_range", e)
a, e = fails(function() qs.plan(m, "auto", { bits = 1 }) end, "smallest possible")
ok(a, "a_limit_that_cannot_be_names_the_smallest", e)
a, e = fails(function() qs.plan(m, "auto", { limit = -1 }) end, "limit cannot be")
ok(a, "a_limit_below_nothing_is_refused", e)
a, e = fails(function() qs.convert(m, "auto", dir .. "/n.gguf") end, "plan")
ok(a, "convert_says_that_auto_makes_a_plan", e)

print("1.." .. n)
os.exit(failed and 1 or 0)
