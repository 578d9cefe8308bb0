# setup.sh - what `try` and `check` share: find what is missing, install it where we may, build. Sourced, from the project's root.

# A tool or a pkg-config module, and the package that has it for apt, dnf, pacman, brew.
needs='
tool cc           gcc               gcc            gcc         gcc
tool make         make              make           make        make
tool autoreconf   autoconf          autoconf       autoconf    autoconf
tool automake     automake          automake       automake    automake
tool pkg-config   pkg-config        pkgconf        pkgconf     pkgconf
lib  ncursesw     libncurses-dev    ncurses-devel  ncurses     ncurses
lib  readline     libreadline-dev   readline-devel readline    readline
lib  lua5.4       liblua5.4-dev     lua-devel      lua         lua
lib  jansson      libjansson-dev    jansson-devel  jansson     jansson
lib  libzip       libzip-dev        libzip-devel   libzip      libzip
lib  cmocka       libcmocka-dev     libcmocka-devel cmocka     cmocka
'

have_lib() {
	command -v pkg-config >/dev/null 2>&1 || return 1
	case $1 in
	lua5.4) for m in lua5.4 lua-5.4 lua54 lua; do pkg-config --exists "$m >= 5.4" && return 0; done; return 1 ;;
	*) pkg-config --exists "$1" ;;
	esac
}

# Prints the packages that are missing, by the column of the package manager given (3 apt, 4 dnf, 5 pacman, 6 brew).
missing() {
	printf '%s\n' "$needs" | while read -r kind name apt dnf pacman brew; do
		case $kind in
		tool) command -v "$name" >/dev/null 2>&1 && continue ;;
		lib) have_lib "$name" && continue ;;
		*) continue ;;
		esac
		case $1 in apt) echo "$apt" ;; dnf) echo "$dnf" ;; pacman) echo "$pacman" ;; brew) echo "$brew" ;; esac
	done | tr '\n' ' '
}

install_missing() {
	[ -n "$(missing apt)" ] || return 0
	as_root=
	if [ "$(id -u)" != 0 ]; then
		if command -v sudo >/dev/null 2>&1; then as_root=sudo; else as_root=none; fi
	fi
	if command -v apt-get >/dev/null 2>&1 && [ "$as_root" != none ]; then
		echo "quantscope needs these packages, installing them: $(missing apt)" >&2
		{ $as_root apt-get update -qq &&
			$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(missing apt); } >&2
		[ -z "$(missing apt)" ] && return 0
	fi
	cat >&2 <<-END
		quantscope needs some packages that are not here. Install them with the line for your system, then run this again:
		  Debian, Ubuntu:  sudo apt-get install $(missing apt)
		  Fedora:          sudo dnf install $(missing dnf)
		  Arch:            sudo pacman -S $(missing pacman)
		  macOS:           brew install $(missing brew)
	END
	exit 1
}

# Anything that the program is made of, newer than the program?
stale() {
	[ -x src/quantscope ] && [ -f Makefile ] || return 0
	[ -n "$(find configure.ac Makefile.am src -newer src/quantscope \( -name '*.[ch]' -o -name '*.am' -o -name '*.ac' \) -print 2>/dev/null | head -n 1)" ]
}

# Everything a build says goes to a log; it is shown only if the build fails.
build() {
	log=${TMPDIR:-/tmp}/quantscope-build.$$
	trap 'rm -f "$log"' EXIT
	[ -t 2 ] && echo "building quantscope ..." >&2
	{
		{ [ -f configure ] && [ ! configure.ac -nt configure ] && [ ! Makefile.am -nt Makefile.in ]; } || autoreconf -i
	} >"$log" 2>&1 &&
		{ [ -f Makefile ] || ./configure -q; } >>"$log" 2>&1 &&
		make -s -j"$(nproc 2>/dev/null || echo 2)" "$@" >>"$log" 2>&1 ||
		{ tail -n 30 "$log" >&2; echo "the build failed; its last lines are above" >&2; exit 1; }
}
