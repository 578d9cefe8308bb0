/* One line a verb, in the order of interaction.md 7. Verbs of views come from views/list.h, those of lessons from lua/. */
COMMAND(print) COMMAND(info) COMMAND(vars) COMMAND(gauss) COMMAND(laplace) COMMAND(uniform) COMMAND(student) COMMAND(outliers)
COMMAND(load) COMMAND(save)
COMMAND(codecs) COMMAND(quantize) COMMAND(decode) COMMAND(step)
COMMAND(calibrate) COMMAND(affine) COMMAND(matmul) COMMAND(fixed)
COMMAND(open) COMMAND(close) COMMAND(models) COMMAND(ls) COMMAND(meta) COMMAND(check)
COMMAND(show) COMMAND(views) COMMAND(next) COMMAND(back) COMMAND(first) COMMAND(last) COMMAND(goto) COMMAND(play) COMMAND(pause)
COMMAND(why) COMMAND(snap) COMMAND(layout) COMMAND(size) COMMAND(pane) COMMAND(focus) COMMAND(feed)
COMMAND(set) COMMAND(help) COMMAND(version) COMMAND(quit)
