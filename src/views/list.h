/* One line a view; in the order of interaction.md 9. */
VIEW(line)
VIEW(bars)
VIEW(block)
VIEW(tree)
VIEW(err)
VIEW(hist)
VIEW(browse)
VIEW(plan)
