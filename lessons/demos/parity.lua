-- iq2_xxs keeps seven of eight signs; the eighth follows from them, since their number of minus signs is even.
local qs = require "qs"
return qs.demo {
  id = "parity", title = "Seven signs for eight weights",
  params = {
    { name = "weight", min = 0, max = 7, step = 1, start = 7 },
    { name = "size", min = 0.1, max = 2, step = 0.1, start = 0.3 },
    { name = "minus", min = 0, max = 8, step = 1, start = 3 },
  },
  draw = function(p, ui)
    local x = qs.zeros(256):map(function(_, i)
      local k = i % 8
      local w = k == p.weight and p.size or 1
      return k < p.minus and -w or w
    end)
    local q = qs.quantize(x, "iq2_xxs", { imp = "flat" })
    local back, lines, turned, minus = q:values(), {}, {}, 0
    for i = 0, 7 do
      local flips = (x[i] < 0) ~= (back[i] < 0)
      if flips then turned[#turned + 1] = "x" .. i end
      if back[i] < 0 then minus = minus + 1 end
      lines[#lines + 1] = (" x%d  %6.2f  comes back as  %6.3f  %s"):format(i, x[i], back[i], flips and "<- sign turned" or "")
    end
    ui:title("%d minus signs go in, %d come out: %s", p.minus, minus,
             #turned == 0 and "an even number needs no change" or table.concat(turned, " ") .. " gave way")
    ui:text("A stored group of eight has an even number of minus signs. Where the weights have an odd one, "
            .. "the sign of the weight that costs least gives way.\n\n" .. table.concat(lines, "\n"))
  end,
}
