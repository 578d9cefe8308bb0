-- Eight weights become one entry of a codebook: which entries are near, and which is taken.
local qs = require "qs"
local unit = { iq2_xxs = 0.04, iq2_xs = 0.04, iq2_s = 0.04, iq3_xxs = 0.04, iq3_s = 0.12 }

return qs.demo {
  id = "codebook", title = "Eight weights, one entry of a codebook",
  params = {
    { name = "codec", one_of = { "iq2_xxs", "iq2_xs", "iq2_s", "iq3_xxs", "iq3_s" } },
    { name = "size", min = 0.2, max = 3, step = 0.1, start = 1 },
    { name = "tilt", min = 0, max = 1, step = 0.1, start = 0.5 },
  },
  draw = function(p, ui)
    local n = p.codec:find("iq3") and 4 or 8
    local x = qs.zeros(n):map(function(_, i)
      return p.size * (1 - p.tilt * i / (n - 1)) * (i % 3 == 1 and -1 or 1)
    end)
    local list = qs.match(x, p.codec, { top = 7, imp = "flat", scale = unit[p.codec] })
    local weights, lines = {}, {}
    for i, w in x:each() do weights[i + 1] = ("%5.2f"):format(w) end
    for i, m in ipairs(list) do
      local magnitudes = type(m.magnitudes) == "table" and table.concat(m.magnitudes, " ") or tostring(m.magnitudes)
      lines[i] = (" %5d   %-26s %9.4f  %7.4f%s"):format(m.entry, magnitudes, m.distance, m.cosine, m.stored and "  <- taken" or "")
    end
    ui:title("%s: the nearest entry is %d, at a distance of %.4f", p.codec, list[1].entry, list[1].distance)
    ui:text(" weights  " .. table.concat(weights, " ") .. ("   unit %.2f\n\n"):format(unit[p.codec])
            .. " entry   magnitudes                  distance   cosine\n" .. table.concat(lines, "\n"))
  end,
}
