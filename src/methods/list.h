/* One line a method, in the order of interaction.md 7. */
METHOD(calibrate)
METHOD(affine)
METHOD(matmul)
METHOD(fixed)
METHOD(accumulate)
