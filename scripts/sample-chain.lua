-- sample-chain.lua [DIR] [MODEL]: what an error of weights costs, from one end to the other (interaction.md 10.1).
--
--   quantscope -n scripts/sample-chain.lua -- DIR
--
-- Measures importance on the training digits, writes the model in one codec after the other, lets the 360 test digits through each file, and
-- prints one table in order of bits. Then the mix that `plan auto` finds for 3.5 bits, beside the codecs. Files go to DIR (default: here).
local qs = require "qs"
local dir, m = arg[1] or ".", qs.open(arg[2] or "sample", { as = "m" })
local imatrix = qs.imatrix(m, { out = dir .. "/chain.imatrix.gguf", force = true })
local rows = {}

local function row(name, plan, file)
  qs.convert(m, plan, file, { imatrix = imatrix, force = true })
  local s = qs.score(qs.open(file, { as = "s" }), { ref = m })
  rows[#rows + 1] = { name = name, bits = plan.bits, bytes = plan.bytes, rel = plan.rel, right = s.right, count = s.count, loss = s.loss,
    agree = s.agree, kl = s.kl }
end

for _, codec in ipairs { "q8_0", "q4_K", "q3_K", "q2_K", "iq2_xs", "iq1_s" } do
  row(codec, qs.plan(m, { pure = codec, imatrix = imatrix }), dir .. "/chain-" .. codec .. ".gguf")
end
local mix = qs.plan(m, "auto", { bits = 3.5, imatrix = imatrix })
row("auto 3.5", mix, dir .. "/chain-auto.gguf")

table.sort(rows, function(a, b) return a.bits > b.bits end)
local whole = qs.score(m)
print(("%-9s %9s %8s %8s   %-10s %7s %7s %8s"):format("", "bits/w", "bytes", "rel err", "right", "loss", "agree", "KL"))
print(("%-9s %9.4f %8d %8.4f   %3d of %3d %7.4f"):format("as it is", m:info().bits, m:info().bytes, 0, whole.right, whole.count, whole.loss))
for _, r in ipairs(rows) do
  print(("%-9s %9.4f %8d %8.4f   %3d of %3d %7.4f %5.1f %% %8.4f"):format(r.name, r.bits, r.bytes, r.rel, r.right, r.count, r.loss, 100 * r.agree, r.kl))
end
print()
print(mix:found())
