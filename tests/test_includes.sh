#!/bin/sh
# The rooms know only rooms below them (architecture).
exec "$QS_SRCDIR/scripts/check-includes"
