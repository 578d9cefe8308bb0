-- plan_shapes.lua FILE 7B|70B: the plan of every recipe for a llama-shaped model, tensor by tensor, against the table of mixtures.md 6.6
-- (written down here once more) and, for 7B, the sizes of 6.7. Prints TAP lines.
local qs = require "qs"
local m, big = qs.open(arg[1]), arg[2] == "70B"
local layers = m:meta("llama.block_count")

-- block length and bytes: spec/codecs-*.md
local block = { F32 = { 1, 4 }, F16 = { 1, 2 }, BF16 = { 1, 2 }, Q4_0 = { 32, 18 }, Q4_1 = { 32, 20 }, Q5_0 = { 32, 22 }, Q5_1 = { 32, 24 },
  Q8_0 = { 32, 34 }, Q2_K = { 256, 84 }, Q3_K = { 256, 110 }, Q4_K = { 256, 144 }, Q5_K = { 256, 176 }, Q6_K = { 256, 210 },
  IQ1_S = { 256, 50 }, IQ1_M = { 256, 56 }, IQ2_XXS = { 256, 66 }, IQ2_XS = { 256, 74 }, IQ2_S = { 256, 82 }, IQ3_XXS = { 256, 98 },
  IQ3_S = { 256, 110 }, IQ4_NL = { 32, 18 }, IQ4_XS = { 256, 136 }, TQ1_0 = { 256, 54 }, TQ2_0 = { 256, 66 }, MXFP4 = { 32, 17 },
  NVFP4 = { 64, 36 }, Q1_0 = { 128, 18 }, Q2_0 = { 64, 18 } }

-- v qk out down gateup embd head; "A|B" is A where fewer than 4 heads share, else B; "COND:A/B" is A where COND holds for the layer
local rules = {
  F32 = "F32 F32 F32 F32 F32 F32 F32", F16 = "F16 F16 F16 F16 F16 F16 F16", BF16 = "BF16 BF16 BF16 BF16 BF16 BF16 BF16",
  Q4_0 = "Q4_0 Q4_0 Q4_0 Q4_0 Q4_0 Q4_0 Q6_K", Q4_1 = "Q4_1 Q4_1 Q4_1 Q4_1 Q4_1 Q4_1 Q6_K",
  Q5_0 = "Q5_0 Q5_0 Q5_0 Q5_0 Q5_0 Q5_0 Q6_K", Q5_1 = "Q5_1 Q5_1 Q5_1 Q5_1 Q5_1 Q5_1 Q6_K",
  Q8_0 = "Q8_0 Q8_0 Q8_0 Q8_0 Q8_0 Q8_0 Q8_0", MXFP4_MOE = "Q8_0 Q8_0 Q8_0 Q8_0 Q8_0 Q8_0 Q8_0",
  Q2_K = "Q3_K|Q4_K Q2_K Q3_K Q3_K Q2_K Q2_K Q6_K", Q2_K_S = "Q2_K|Q4_K Q2_K Q2_K eighth:Q4_K/Q2_K Q2_K Q2_K Q6_K",
  Q3_K_S = "Q3_K Q3_K Q3_K Q3_K Q3_K Q3_K Q6_K", Q3_K_M = "two:Q5_K/Q4_K Q3_K Q4_K sixteenth:Q5_K/Q4_K Q3_K Q3_K Q6_K",
  Q3_K_L = "Q5_K Q3_K Q5_K Q5_K Q3_K Q3_K Q6_K", Q4_K_S = "four:Q5_K/Q4_K Q4_K Q4_K eighth:Q5_K/Q4_K Q4_K Q4_K Q6_K",
  Q4_K_M = "more:Q6_K/Q4_K Q4_K Q4_K more:Q6_K/Q4_K Q4_K Q4_K Q6_K", Q5_K_S = "Q5_K Q5_K Q5_K Q5_K Q5_K Q5_K Q6_K",
  Q5_K_M = "more:Q6_K/Q5_K Q5_K Q5_K more:Q6_K/Q5_K Q5_K Q5_K Q6_K", Q6_K = "Q6_K Q6_K Q6_K Q6_K Q6_K Q6_K Q6_K",
  IQ3_XS = "IQ3_S|Q4_K IQ3_XXS IQ3_S IQ3_S middle:IQ3_XXS/IQ3_S IQ3_S Q6_K", IQ3_S = "IQ3_S|Q4_K IQ3_S IQ3_S IQ3_S IQ3_S IQ3_S Q6_K",
  IQ3_M = "Q4_K IQ3_S Q4_K eighth:Q4_K/IQ3_S IQ3_S IQ3_S Q6_K",
  IQ4_XS = "IQ4_XS|Q5_K IQ4_XS IQ4_XS eighth:Q5_K/IQ4_XS IQ4_XS IQ4_XS Q6_K",
  IQ4_NL = "IQ4_NL|Q5_K IQ4_NL IQ4_NL eighth:Q5_K/IQ4_NL IQ4_NL IQ4_NL Q6_K",
  IQ1_S = "Q2_K|Q4_K IQ1_S IQ2_XXS eighth:Q2_K/IQ1_S IQ1_S Q2_K Q5_K", IQ1_M = "Q2_K|Q4_K IQ1_M IQ2_XXS eighth:Q2_K/IQ1_M IQ1_M Q2_K Q5_K",
  IQ2_XXS = "Q2_K|Q4_K IQ2_XXS IQ2_XXS eighth:Q2_K/IQ2_XXS IQ2_XXS Q2_K Q5_K",
  IQ2_XS = "Q2_K|Q4_K IQ2_XS IQ2_XS eighth:Q2_K/IQ2_XS IQ2_XS Q2_K Q5_K",
  IQ2_S = "IQ3_S|Q4_K IQ2_XS IQ3_S eighth:IQ3_S/IQ2_XS IQ2_XS IQ3_S Q5_K",
  IQ2_M = "IQ3_S|Q4_K IQ2_S IQ3_S eighth:IQ3_S/IQ2_S IQ2_S IQ3_S Q5_K",
  IQ3_XXS = "IQ3_XXS|Q4_K IQ2_S IQ3_S IQ3_XXS IQ3_XXS IQ3_S Q5_K",
  TQ1_0 = "TQ1_0 TQ1_0 TQ1_0 TQ1_0 TQ1_0 Q4_K Q6_K", TQ2_0 = "TQ2_0 TQ2_0 TQ2_0 TQ2_0 TQ2_0 Q4_K Q6_K",
  NVFP4 = "NVFP4 NVFP4 NVFP4 NVFP4 NVFP4 NVFP4 Q6_K", Q1_0 = "Q1_0 Q1_0 Q1_0 Q1_0 Q1_0 Q1_0 Q6_K", Q2_0 = "Q2_0 Q2_0 Q2_0 Q2_0 Q2_0 Q4_K Q6_K",
}
-- with an importance file, where that changes something
local measured = {
  Q4_0 = "Q4_0 Q4_0 Q4_0 eighth:Q4_1/Q4_0 Q4_0 Q4_0 Q6_K", Q5_0 = "Q5_0 Q5_0 Q5_0 eighth:Q5_1/Q5_0 Q5_0 Q5_0 Q6_K",
  IQ4_XS = "IQ4_XS|Q5_K IQ4_XS IQ4_XS IQ4_XS IQ4_XS IQ4_XS Q6_K", IQ4_NL = "IQ4_NL|Q5_K IQ4_NL IQ4_NL IQ4_NL IQ4_NL IQ4_NL Q6_K",
}
local sizes = { F32 = 26953662464, F16 = 13477363712, BF16 = 13477363712, Q8_0 = 7160348672, MXFP4_MOE = 7160348672, Q6_K = 5528453120,
  Q5_1 = 5063892992, Q5_K_M = 4782415872, Q5_0 = 4650950656, Q5_K_S = 4650950656, Q4_1 = 4238008320, Q4_K_M = 4080263168,
  Q4_K_S = 3855998976, Q4_0 = 3825065984, NVFP4 = 3825065984, Q3_K_L = 3596369920, Q3_K_M = 3297263616, Q3_K_S = 2947563520, Q2_K = 2532122624,
  Q2_K_S = 2318802944, IQ4_NL = 3847610368, IQ4_XS = 3646775296, IQ3_M = 3114123264, IQ3_S = 2947563520, IQ3_XS = 2795782144,
  IQ3_XXS = 2584649728, IQ2_M = 2359009280, IQ2_S = 2195824640, IQ2_XS = 2034171904, IQ2_XXS = 1854210048, IQ1_M = 1650229248,
  IQ1_S = 1527840768, Q2_0 = 2003689472, TQ2_0 = 1851908096, TQ1_0 = 1548345344, Q1_0 = 1037705216 }
local sizes_measured = { Q5_0 = 4662222848, Q4_0 = 3836338176, IQ4_NL = 3825065984, IQ4_XS = 3618594816 }

local holds = {
  two = function(i) return i < 2 end, four = function(i) return i < 4 end, eighth = function(i) return i < layers // 8 end,
  sixteenth = function(i) return i < layers // 16 end, middle = function(i) return i >= layers // 8 and i < 7 * layers // 8 end,
  more = function(i) return i < layers // 8 or i >= 7 * layers // 8 or (i - layers // 8) % 3 == 2 end,
}
local place = { attn_v = 1, attn_q = 2, attn_k = 2, attn_output = 3, ffn_down = 4, ffn_gate = 5, ffn_up = 5, token_embd = 6, output = 7 }

-- Rules of mixtures.md 6.4 do not know of 70B; those of 6.5 give its values 5 bits.
local low = { IQ1_S = true, IQ1_M = true, IQ2_XXS = true, IQ2_XS = true, IQ2_S = true, IQ2_M = true, MXFP4_MOE = true }

-- Counters go in the order of writing: layers by number, so the count of a layer's tensor is its number.
local function expected(recipe, rule, name)
  local layer, kind = name:match("^blk%.(%d+)%.(.*)%.weight$")
  local k, words = place[kind or name:match("^(.*)%.weight$")], {}
  if not k then return "F32" end
  for w in rule:gmatch("%S+") do words[#words + 1] = w end
  local type, wide = words[k]:match("^(.-)|(.*)$")
  type = wide and (big and wide or type) or words[k]
  local cond, yes, no = type:match("^(%a+):(.-)/(.*)$")
  if cond then type = holds[cond](math.tointeger(layer)) and yes or no end
  if big and k == 1 and not low[recipe] and (type == "Q3_K" or type == "Q4_K") then type = "Q5_K" end
  return type
end

local n, failed = 0, false
local function check(recipe, rule, size, how, options)
  local p, sum, wrong = qs.plan(m, options), 0, nil
  local t = p:tensors()
  for i = 0, #t - 1 do
    local row = t[i]
    local want = expected(recipe, rule, row.tensor)
    local x = m:tensors(row.tensor)[1]
    sum = sum + x.rows * (x.cols // block[want][1]) * block[want][2]
    if row.type:upper() ~= want then wrong = wrong or (row.tensor .. " is " .. row.type .. ", not " .. want) end
  end
  if not wrong and p.bytes ~= sum then wrong = ("%d bytes, not %d"):format(p.bytes, sum) end
  if not wrong and size and sum ~= size then wrong = ("%d bytes, mixtures.md says %d"):format(sum, size) end
  n = n + 1
  print((wrong and "not ok " or "ok ") .. n .. " - " .. arg[2] .. "_" .. recipe .. how .. "_gives_each_tensor_its_type")
  if wrong then print("# " .. wrong) end
  failed = failed or wrong ~= nil
end

local names = {}
for recipe in pairs(rules) do names[#names + 1] = recipe end
table.sort(names)
for _, recipe in ipairs(names) do
  -- IQ3_XXS has other rules without importance, which its file could not be written with
  check(recipe, rules[recipe], not big and sizes[recipe], "",
        { recipe = recipe, imatrix = recipe == "IQ3_XXS" and arg[3] or nil })
end
for recipe, rule in pairs(measured) do
  check(recipe, rule, not big and sizes_measured[recipe], "_with_importance", { recipe = recipe, imatrix = arg[3] })
end
print("1.." .. n)
os.exit(failed and 1 or 0)
