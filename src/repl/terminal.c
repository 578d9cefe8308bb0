/*
 * terminal.c - see terminal.h
 *
 * Curses draws; it never reads and never decides how a signal ends the program. `shell` are the settings we found: every way out puts
 * them back, a fatal signal with bytes that were prepared while all was well, since nothing else is safe then.
 */
#include "repl/terminal.h"

#include <curses.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include "base/text.h"
#include "repl/decoder.h"

/* curses takes names that key.h has; key.h's have an underscore where they would meet. */

struct terminal_signals terminal_signals;

static struct {
	bool open;
	SCREEN *screen;
	struct termios shell, ours;
	enum colors colors;
	bool mouse;
	int wake_fd;
	bool repaint;
	struct canvas shown;		/* what the terminal shows */
	bool shown_light;
	struct decoder decoder;
	struct timespec fed;		/* when bytes came last */
} term;

#define MODES_ON      "\033[?2004h"			/* pastes come between marks */
#define MODES_OFF     "\033[?2004l"
#define MOUSE_ON      "\033[?1000h\033[?1006h"		/* presses, in the form without limits */
#define MOUSE_OFF     "\033[?1006l\033[?1000l"

/* ---- writing past curses ---- */

static void put(const char *s)
{
	size_t n = strlen(s);

	while (n) {
		ssize_t done = write(STDOUT_FILENO, s, n);

		if (done < 0 && errno != EINTR)
			return;
		if (done > 0) {
			s += done;
			n -= (size_t)done;
		}
	}
}

/* ---- the way out of a fatal signal ---- */

static char way_out[256];
static size_t way_out_len;

static int keep_byte(int c)
{
	if (way_out_len < sizeof way_out)
		way_out[way_out_len++] = (char)c;
	return c;
}

static void prepare_way_out(void)
{
	static const char *const capabilities[] = { "sgr0", "op", "rmkx", "cnorm", "rmcup" };

	way_out_len = 0;
	for (const char *s = MODES_OFF MOUSE_OFF; *s; s++)
		keep_byte(*s);
	for (size_t i = 0; i < sizeof capabilities / sizeof *capabilities; i++) {
		char *s = tigetstr((char *)capabilities[i]);

		if (s && s != (char *)-1)
			tputs(s, 1, keep_byte);
	}
}

static void way_out_now(void)
{
	if (term.open) {
		ssize_t done = write(STDOUT_FILENO, way_out, way_out_len);

		(void)done;
		tcsetattr(STDIN_FILENO, TCSANOW, &term.shell);
		term.open = false;
	}
}

static void before_us(int sig);		/* the handler that was there before ours */
static void on_bus(int sig, siginfo_t *info, void *context);

static void on_fatal(int sig)
{
	way_out_now();
	before_us(sig);
	raise(sig);
}

/* A fault of our own is met again on return, by whoever looked out for it before (a sanitizer) or by the system: the report and the core
 * then show where it was. */
static void on_fault(int sig, siginfo_t *info, void *context)
{
	(void)context;
	if (info->si_code <= 0) {
		on_fatal(sig);
		return;
	}
	way_out_now();
	before_us(sig);
}

/* ---- signals ---- */

static void on_signal(int sig)
{
	int kept = errno;

	switch (sig) {
	case SIGINT:
		terminal_signals.interrupted = 1;
		break;
	case SIGTSTP:
		terminal_signals.stopped = 1;
		break;
	case SIGCONT:
		terminal_signals.continued = 1;
		break;
	case SIGWINCH:
		terminal_signals.resized = 1;
		break;
	default:
		terminal_signals.ended = sig;
	}
	if (term.wake_fd >= 0) {
		ssize_t done = write(term.wake_fd, "s", 1);

		(void)done;
	}
	errno = kept;
}

static const struct { int sig; void (*handler)(int); void (*fault)(int, siginfo_t *, void *); } handlers[] = {
	{ SIGINT, on_signal, NULL }, { SIGTERM, on_signal, NULL }, { SIGHUP, on_signal, NULL }, { SIGTSTP, on_signal, NULL },
	{ SIGCONT, on_signal, NULL }, { SIGWINCH, on_signal, NULL },
	{ SIGABRT, on_fatal, NULL }, { SIGQUIT, on_fatal, NULL }, { SIGSYS, on_fatal, NULL },
	{ SIGSEGV, NULL, on_fault }, { SIGFPE, NULL, on_fault }, { SIGILL, NULL, on_fault }, { SIGBUS, NULL, on_bus },
};

enum { HANDLERS = sizeof handlers / sizeof *handlers };

static struct sigaction before[HANDLERS];
static char *fatal_stack;	/* a stack of its own: the other one may be what overflowed */

static const struct sigaction *was_before(int sig)
{
	for (int i = 0; i < HANDLERS; i++)
		if (handlers[i].sig == sig)
			return &before[i];
	return NULL;
}

static void before_us(int sig)
{
	const struct sigaction *was = was_before(sig);

	if (was)
		sigaction(sig, was, NULL);
}

/* A page of a mapped file that is gone is no reason to die: whoever guards such files goes first, and dies of the rest. */
static void on_bus(int sig, siginfo_t *info, void *context)
{
	const struct sigaction *was = was_before(sig);

	if (was->sa_flags & SA_SIGINFO && info->si_code == BUS_ADRERR)
		was->sa_sigaction(sig, info, context);
	else
		on_fault(sig, info, context);
}

static void handlers_keep(void)
{
	for (int i = 0; i < HANDLERS; i++)
		sigaction(handlers[i].sig, NULL, &before[i]);
}

static void handlers_set(void)
{
	if (!fatal_stack && (fatal_stack = malloc(1 << 16))) {
		stack_t stack = { .ss_sp = fatal_stack, .ss_size = 1 << 16 };

		sigaltstack(&stack, NULL);
	}
	for (int i = 0; i < HANDLERS; i++) {
		struct sigaction sa = { .sa_flags = handlers[i].handler == on_signal ? SA_RESTART : SA_ONSTACK };

		if (handlers[i].fault) {
			sa.sa_sigaction = handlers[i].fault;
			sa.sa_flags |= SA_SIGINFO;
		} else {
			sa.sa_handler = handlers[i].handler;
		}
		sigemptyset(&sa.sa_mask);
		sigaction(handlers[i].sig, &sa, NULL);
	}
}

static void handlers_restore(void)
{
	for (int i = 0; i < HANDLERS; i++)
		sigaction(handlers[i].sig, &before[i], NULL);
}

/* ---- open and close ---- */

bool terminal_size(int *rows, int *cols)
{
	struct winsize w;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) != 0 || !w.ws_row || !w.ws_col) {
		*rows = 24;
		*cols = 80;
		return false;
	}
	*rows = w.ws_row;
	*cols = w.ws_col;
	return true;
}

enum colors terminal_colors(void)
{
	return term.colors;
}

static enum colors depth(enum colors want)
{
	enum colors has;

	if (want == COLORS_NONE || !has_colors() || start_color() == ERR || use_default_colors() == ERR || COLORS < 8)
		return COLORS_NONE;
	has = COLORS >= 1 << 24 ? COLORS_TRUE : COLORS >= 256 ? COLORS_256 : COLORS_16;
	return want < has ? want : has;
}

/* Keys come one by one, Ctrl-S and Ctrl-V belong to the line; Ctrl-C, Ctrl-Z and Ctrl-\ stay signals. */
static void set_ours(void)
{
	cbreak();
	noecho();
	nonl();
	tcgetattr(STDIN_FILENO, &term.ours);
	term.ours.c_lflag |= ISIG;
	term.ours.c_lflag &= (tcflag_t)~(IEXTEN | ICANON | ECHO);
	term.ours.c_iflag &= (tcflag_t)~(IXON | ICRNL | INLCR);
	term.ours.c_cc[VMIN] = 1;
	term.ours.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &term.ours);
	def_prog_mode();
}

static void modes(bool on)
{
	if (on) {
		put(MODES_ON);
		put(term.mouse ? MOUSE_ON : "");
	} else {
		put(term.mouse ? MOUSE_OFF : "");
		put(MODES_OFF);
	}
}

static void forget_shown(void)
{
	canvas_drop(&term.shown);
	term.repaint = true;
}

bool terminal_open(enum colors want, bool mouse, int wake_fd, struct error *err)
{
	static bool registered;
	int rows, cols;

	if (term.open)
		return true;
	if (tcgetattr(STDIN_FILENO, &term.shell) != 0)
		return error_set(err, ERR_INTERNAL, "standard input is no terminal: %s", strerror(errno));
	handlers_keep();
	use_env(FALSE);			/* LINES and COLUMNS may be older than the window, */
	use_tioctl(TRUE);		/* and the lines scrolled are those of the window, not of the terminal type */
	term.screen = newterm(NULL, stdout, stdin);
	if (!term.screen) {
		tcsetattr(STDIN_FILENO, TCSANOW, &term.shell);
		handlers_restore();
		error_set(err, ERR_INTERNAL, "the terminal type '%s' is not known here", getenv("TERM") ? getenv("TERM") : "");
		return error_hint(err, NULL, "set TERM to its type, xterm for most; or use --plain");
	}
	term.open = true;
	term.mouse = mouse;
	term.wake_fd = wake_fd;
	if (!registered)
		registered = atexit(terminal_close) == 0;
	handlers_set();
	set_ours();
	prepare_way_out();
	term.colors = depth(want);
	leaveok(stdscr, FALSE);
	scrollok(stdscr, FALSE);
	terminal_size(&rows, &cols);
	if (rows != LINES || cols != COLS)
		resize_term(rows, cols);
	forget_shown();
	modes(true);
	return true;
}

bool terminal_guard(int wake_fd, struct error *err)
{
	const char *type = getenv("TERM");

	if (term.open)
		terminal_close();
	if (tcgetattr(STDIN_FILENO, &term.shell) != 0)
		return error_set(err, ERR_INTERNAL, "standard input is no terminal: %s", strerror(errno));
	handlers_keep();
	term.open = true;
	term.wake_fd = wake_fd;
	way_out_len = 0;
	for (const char *s = type && *type && strcmp(type, "dumb") ? MODES_OFF : ""; *s; s++)
		keep_byte(*s);
	handlers_set();
	return true;
}

static void leave_screen(void)
{
	if (term.screen) {
		modes(false);
		endwin();
	}
	tcsetattr(STDIN_FILENO, TCSADRAIN, &term.shell);
}

void terminal_close(void)
{
	if (!term.open)
		return;
	leave_screen();
	term.open = false;
	if (term.screen)
		delscreen(term.screen);
	term.screen = NULL;
	handlers_restore();
	canvas_drop(&term.shown);
	decoder_drop(&term.decoder);
}

/* After the shell or another program had the terminal. */
static void come_back(void)
{
	terminal_signals.resized = 1;	/* the window may have changed meanwhile */
	if (!term.screen)
		return;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &term.ours);
	reset_prog_mode();
	forget_shown();
	modes(true);
}

void terminal_stop_self(void)
{
	struct sigaction stop = { .sa_handler = SIG_DFL }, kept;
	sigset_t set, old;

	leave_screen();
	sigemptyset(&stop.sa_mask);
	sigaction(SIGTSTP, &stop, &kept);
	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &set, &old);
	raise(SIGTSTP);				/* goes on here after `fg` */
	sigprocmask(SIG_SETMASK, &old, NULL);
	sigaction(SIGTSTP, &kept, NULL);
	terminal_signals.stopped = terminal_signals.continued = 0;
	tcgetattr(STDIN_FILENO, &term.shell);
	come_back();
}

void terminal_continued(void)
{
	come_back();
}

void terminal_lend(void)
{
	leave_screen();
	handlers_restore();
}

void terminal_take_back(void)
{
	handlers_set();
	come_back();
}

/* ---- pairs of colours, as curses wants them ---- */

enum { PAIRS_MAX = 1024 };
static struct { int fg, bg; } pairs[PAIRS_MAX];
static int n_pairs;		/* pair k + 1 is pairs[k] */
static SCREEN *pairs_of;

/* ---- a terminal that nobody sees ---- */

static struct {
	SCREEN *screen;
	FILE *file;
	SCREEN *real;
	enum colors colors;
} pretended;

static const int curses_signals[] = { SIGINT, SIGTERM, SIGTSTP, SIGWINCH };
enum { CURSES_SIGNALS = sizeof curses_signals / sizeof *curses_signals };

bool terminal_pretend(struct error *err)
{
	struct sigaction kept[CURSES_SIGNALS];

	pretended.file = fopen("/dev/null", "r+");
	if (!pretended.file)
		return error_set(err, ERR_FILE, "cannot open /dev/null: %s", strerror(errno));
	pretended.real = term.screen;
	pretended.colors = term.colors;
	for (size_t i = 0; i < CURSES_SIGNALS; i++)
		sigaction(curses_signals[i], NULL, &kept[i]);
	use_env(FALSE);
	pretended.screen = newterm("xterm-256color", pretended.file, pretended.file);
	for (size_t i = 0; i < CURSES_SIGNALS; i++)	/* signals stay ours, not those of curses */
		sigaction(curses_signals[i], &kept[i], NULL);
	if (!pretended.screen) {
		fclose(pretended.file);
		return error_set(err, ERR_INTERNAL, "the terminal type xterm-256color is not known here");
	}
	term.screen = pretended.screen;
	term.colors = depth(COLORS_256);
	leaveok(stdscr, FALSE);
	scrollok(stdscr, FALSE);
	forget_shown();
	return true;
}

void terminal_pretend_end(void)
{
	if (!pretended.screen)
		return;
	endwin();
	term.screen = pretended.real;
	term.colors = pretended.colors;
	if (term.screen)
		set_term(term.screen);
	delscreen(pretended.screen);
	fclose(pretended.file);
	pretended.screen = NULL;
	forget_shown();
	pairs_of = NULL;
}

/* ---- drawing ---- */

static int pair_for(int fg, int bg)
{
	int most = COLOR_PAIRS - 1 < PAIRS_MAX ? COLOR_PAIRS - 1 : PAIRS_MAX;

	if (fg < 0 && bg < 0)
		return 0;
	for (int i = 0; i < n_pairs; i++)
		if (pairs[i].fg == fg && pairs[i].bg == bg)
			return i + 1;
	if (n_pairs >= most)
		return 0;
#ifdef NCURSES_EXT_COLORS
	if (init_extended_pair(n_pairs + 1, fg, bg) == ERR)
		return 0;
#else
	if (init_pair((short)(n_pairs + 1), (short)fg, (short)bg) == ERR)
		return 0;
#endif
	pairs[n_pairs].fg = fg;
	pairs[n_pairs].bg = bg;
	return ++n_pairs;
}

/* A terminal of 8 colours has the other 8 as bold ones. */
static int eight(int color, attr_t *attributes)
{
	if (color >= COLORS && COLORS < 16) {
		*attributes |= A_BOLD;
		return color & 7;
	}
	return color;
}

/* What is on a character; only as many as the C library too takes for marks. */
static void put_marks(const struct cell *cell, wchar_t s[4])
{
	uint32_t chars[3];
	size_t n = cell_chars(cell, (uint32_t)s[0], chars);

	for (size_t i = 1; i < n && wcwidth((wchar_t)chars[i]) == 0; i++)
		s[i] = (wchar_t)chars[i];
}

static void put_cell(int row, int col, const struct cell *cell, bool light)
{
	struct look look;
	wchar_t s[4] = { (wchar_t)cell_look(cell, term.colors, light, &look) };
	bool wide = utf8_width(cell->ch) == 2;
	attr_t attributes = 0, ignored = 0;
	cchar_t cc;
	int pair;

	if (wcwidth(s[0]) < 1 || (wcwidth(s[0]) == 2 && !wide))
		s[0] = L'?';			/* the C library and we disagree about its width */
	else if (cell->over[0])
		put_marks(cell, s);
	if (look.bold)
		attributes |= A_BOLD;
	if (look.underline)
		attributes |= A_UNDERLINE;
	if (look.dim)
		attributes |= A_DIM;
	if (look.reverse)
		attributes |= A_REVERSE;
	pair = term.colors == COLORS_NONE ? 0 : pair_for(eight(look.fg, &attributes), eight(look.bg, &ignored));
#ifdef NCURSES_EXT_COLORS
	setcchar(&cc, s, attributes, (short)(pair < 32768 ? pair : 0), &pair);
#else
	setcchar(&cc, s, attributes, (short)pair, NULL);
#endif
	mvadd_wch(row, col, &cc);
	if (wide && wcwidth(s[0]) == 1) {
		s[0] = L' ';
		s[1] = 0;
		setcchar(&cc, s, attributes, 0, NULL);
		mvadd_wch(row, col + 1, &cc);
	}
}

static bool same_row(const struct canvas *a, const struct canvas *b, int row)
{
	const struct cell *p = a->cell + (size_t)row * (size_t)a->stride, *q = b->cell + (size_t)row * (size_t)b->stride;

	for (int col = 0; col < a->cols; col++)
		if (p[col].ch != q[col].ch || p[col].over[0] != q[col].over[0] || p[col].over[1] != q[col].over[1] ||
		    p[col].style != q[col].style || p[col].level != q[col].level || p[col].marks != q[col].marks || p[col].below != q[col].below)
			return false;
	return true;
}

static void keep_shown(const struct canvas *c)
{
	if (term.shown.rows != c->rows || term.shown.cols != c->cols) {
		canvas_drop(&term.shown);
		if (!canvas_new(&term.shown, c->rows, c->cols, c->ascii, NULL))
			return;			/* then the next picture is sent whole */
	}
	for (int row = 0; row < c->rows; row++)
		memcpy(term.shown.cell + (size_t)row * (size_t)term.shown.stride, c->cell + (size_t)row * (size_t)c->stride,
		       (size_t)c->cols * sizeof *c->cell);
}

void terminal_show(const struct canvas *c, bool light, int row, int col)
{
	bool whole;

	if (!term.screen)
		return;
	if (pairs_of != term.screen) {
		n_pairs = 0;
		pairs_of = term.screen;
	}
	if (c->rows != LINES || c->cols != COLS) {
		resize_term(c->rows, c->cols);
		term.repaint = true;
	}
	whole = term.repaint || term.shown.rows != c->rows || term.shown.cols != c->cols || term.shown_light != light;
	if (whole)
		erase();
	for (int r = 0; r < c->rows; r++) {
		const struct cell *cells = c->cell + (size_t)r * (size_t)c->stride;

		if (!whole && same_row(c, &term.shown, r))
			continue;
		for (int k = 0; k < c->cols; k++)
			if (!(cells[k].marks & MARK_TAIL))
				put_cell(r, k, &cells[k], light);
	}
	if (term.repaint)
		clearok(curscr, TRUE);
	term.repaint = false;
	keep_shown(c);
	term.shown_light = light;
	curs_set(row >= 0 && col >= 0);
	if (row >= 0 && col >= 0)
		move(row, col < c->cols ? col : c->cols - 1);
	refresh();
}

void terminal_redraw(void)
{
	term.repaint = true;
}

void terminal_bell(void)
{
	if (term.open)
		put("\a");
}

/* ---- input ---- */

static int since_fed(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int)((now.tv_sec - term.fed.tv_sec) * 1000 + (now.tv_nsec - term.fed.tv_nsec) / 1000000);
}

void terminal_feed(const char *bytes, size_t n)
{
	decoder_feed(&term.decoder, bytes, n);
	clock_gettime(CLOCK_MONOTONIC, &term.fed);
}

bool terminal_read(void)
{
	char bytes[4096];
	ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);

	if (n > 0)
		terminal_feed(bytes, (size_t)n);
	return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN));
}

bool terminal_event(struct terminal_event *e)
{
	int patience = decoder_patience(&term.decoder);

	return decoder_next(&term.decoder, patience >= 0 && since_fed() >= patience, e);
}

int terminal_pending_ms(void)
{
	int patience = decoder_patience(&term.decoder), gone;

	if (patience < 0)
		return -1;
	gone = since_fed();
	return gone < patience ? patience - gone : 0;
}
