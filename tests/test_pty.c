/*
 * test_pty.c - the program in a real pseudo terminal: what the terminal shows, signals, job control, and how it is left.
 *
 * A small terminal is played here: it takes the sequences that TERM=xterm has and keeps a screen of characters. The program is started
 * by a small shell, so that it can be stopped and go on.
 */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/text.h"

enum { ROWS_MAX = 70, COLS_MAX = 220 };

/* ---- a small terminal ---- */

static struct {
	int rows, cols, row, col, top, bottom;
	bool pending_wrap;
	uint32_t cell[ROWS_MAX][COLS_MAX];
	uint32_t last;
	char seq[64]; int n_seq;		/* an escape sequence that is not whole */
	char utf8[4]; int n_utf8;
	bool alternate, cursor, high_bytes, colors;
	int strange;				/* sequences not understood */
	char unknown[64];
} vt;

static void vt_blank(int row, int from, int to)
{
	for (int c = from; c < to && c < COLS_MAX; c++)
		vt.cell[row][c] = ' ';
}

static void vt_size(int rows, int cols)
{
	vt.rows = rows;
	vt.cols = cols;
	vt.top = 0;
	vt.bottom = rows - 1;
	vt.row = vt.row < rows ? vt.row : rows - 1;
	vt.col = vt.col < cols ? vt.col : cols - 1;
}

static void vt_reset(int rows, int cols)
{
	memset(&vt, 0, sizeof vt);
	vt.cursor = true;
	for (int r = 0; r < ROWS_MAX; r++)
		vt_blank(r, 0, COLS_MAX);
	vt_size(rows, cols);
}

static void vt_scroll(int top, int by)
{
	for (; by > 0; by--) {
		for (int r = top; r < vt.bottom; r++)
			memcpy(vt.cell[r], vt.cell[r + 1], sizeof vt.cell[r]);
		vt_blank(vt.bottom, 0, COLS_MAX);
	}
	for (; by < 0; by++) {
		for (int r = vt.bottom; r > top; r--)
			memcpy(vt.cell[r], vt.cell[r - 1], sizeof vt.cell[r]);
		vt_blank(top, 0, COLS_MAX);
	}
}

static void vt_newline(void)
{
	if (vt.row == vt.bottom)
		vt_scroll(vt.top, 1);
	else if (vt.row < vt.rows - 1)
		vt.row++;
}

static void vt_put(uint32_t ch)
{
	int width = utf8_width(ch);

	if (vt.pending_wrap || vt.col + width > vt.cols) {
		vt.col = 0;
		vt_newline();
		vt.pending_wrap = false;
	}
	for (int i = 0; i < width; i++)
		vt.cell[vt.row][vt.col + i] = i ? 0 : ch;
	vt.last = ch;
	vt.col += width;
	if (vt.col >= vt.cols) {
		vt.col = vt.cols - 1;
		vt.pending_wrap = true;
	}
}

static int limit(int v, int lo, int hi)
{
	return v < lo ? lo : v > hi ? hi : v;
}

static void vt_csi(const char *s, int n)
{
	char final = s[n - 1], private = s[0] == '?' || s[0] == '>' ? s[0] : 0;
	int p[8] = { 0 }, count = 0, one;

	for (int i = private ? 1 : 0; i < n - 1; i++)
		if (s[i] >= '0' && s[i] <= '9')
			p[count] = p[count] * 10 + s[i] - '0';
		else if (s[i] == ';' && count < 7)
			count++;
	one = p[0] ? p[0] : 1;
	if (final != 'm')
		vt.pending_wrap = false;
	if (private) {
		if (p[0] == 1049)
			vt.alternate = final == 'h';
		if (p[0] == 25)
			vt.cursor = final == 'h';
		return;
	}
	switch (final) {
	case 'H': case 'f': vt.row = limit(one - 1, 0, vt.rows - 1); vt.col = limit((p[1] ? p[1] : 1) - 1, 0, vt.cols - 1); break;
	case 'A': vt.row = limit(vt.row - one, 0, vt.rows - 1); break;
	case 'B': vt.row = limit(vt.row + one, 0, vt.rows - 1); break;
	case 'C': vt.col = limit(vt.col + one, 0, vt.cols - 1); break;
	case 'D': vt.col = limit(vt.col - one, 0, vt.cols - 1); break;
	case 'G': case '`': vt.col = limit(one - 1, 0, vt.cols - 1); break;
	case 'd': vt.row = limit(one - 1, 0, vt.rows - 1); break;
	case 'I': vt.col = limit((vt.col / 8 + one) * 8, 0, vt.cols - 1); break;
	case 'Z': vt.col = limit(((vt.col + 7) / 8 - one) * 8, 0, vt.cols - 1); break;
	case 'J':
		for (int r = p[0] == 2 ? 0 : p[0] == 1 ? 0 : vt.row; r < (p[0] == 1 ? vt.row + 1 : vt.rows); r++)
			vt_blank(r, p[0] == 0 && r == vt.row ? vt.col : 0, p[0] == 1 && r == vt.row ? vt.col + 1 : COLS_MAX);
		break;
	case 'K': vt_blank(vt.row, p[0] ? 0 : vt.col, p[0] == 1 ? vt.col + 1 : COLS_MAX); break;
	case 'X': vt_blank(vt.row, vt.col, vt.col + one); break;
	case 'P':
		for (int c = vt.col; c < vt.cols; c++)
			vt.cell[vt.row][c] = c + one < vt.cols ? vt.cell[vt.row][c + one] : ' ';
		break;
	case '@':
		for (int c = vt.cols - 1; c >= vt.col; c--)
			vt.cell[vt.row][c] = c - one >= vt.col ? vt.cell[vt.row][c - one] : ' ';
		break;
	case 'L': vt_scroll(vt.row, -one); break;
	case 'M': vt_scroll(vt.row, one); break;
	case 'S': vt_scroll(vt.top, one); break;
	case 'T': vt_scroll(vt.top, -one); break;
	case 'b':
		for (int i = 0; i < one; i++)
			vt_put(vt.last);
		break;
	case 'r': vt.top = one - 1; vt.bottom = (p[1] ? p[1] : vt.rows) - 1; vt.row = vt.col = 0; break;
	case 'm':
		for (int i = 0; i <= count; i++)
			vt.colors |= (p[i] >= 30 && p[i] <= 38) || (p[i] >= 40 && p[i] <= 48) || p[i] >= 90;
		break;
	case 'h': case 'l': case 'n': case 'c': case 't': break;
	default:
		vt.strange++;
		snprintf(vt.unknown, sizeof vt.unknown, "[%.*s", n, s);
	}
}

static void vt_byte(unsigned char c)
{
	if (vt.n_seq) {
		char *s = vt.seq;

		if (vt.n_seq < (int)sizeof vt.seq - 1)
			s[vt.n_seq++] = (char)c;
		if (vt.n_seq == 2 && strchr("[]()", s[1]))
			return;
		if (s[1] == '[' && (c < 0x40 || c > 0x7e))
			return;
		if (s[1] == ']' && c != 7)
			return;
		if (s[1] == '[')
			vt_csi(s + 2, vt.n_seq - 2);
		else if (s[1] == 'M' && vt.row == vt.top)
			vt_scroll(vt.top, -1);
		else if (s[1] == 'M')
			vt.row--;
		vt.n_seq = 0;
		return;
	}
	vt.high_bytes |= c >= 0x80;
	if (c == 0x1b) {
		vt.seq[vt.n_seq++] = (char)c;
	} else if (c == '\r') {
		vt.col = 0;
		vt.pending_wrap = false;
	} else if (c == '\n') {
		vt_newline();
	} else if (c == '\b') {
		vt.col -= vt.col > 0;
		vt.pending_wrap = false;
	} else if (c == '\t') {
		vt.col = limit((vt.col / 8 + 1) * 8, 0, vt.cols - 1);
	} else if (c >= ' ' && c < 0x7f) {
		vt_put(c);
	} else if (c >= 0x80) {
		uint32_t ch;

		vt.utf8[vt.n_utf8++] = (char)c;
		if (utf8_decode(vt.utf8, (size_t)vt.n_utf8, &ch) == (size_t)vt.n_utf8 && ch != 0xfffd) {
			vt_put(ch);
			vt.n_utf8 = 0;
		} else if (vt.n_utf8 == 4) {
			vt.n_utf8 = 0;
		}
	}
}

/* The screen as text, trailing blanks cut. */
static const char *vt_text(void)
{
	static struct text t;

	text_clear(&t);
	for (int r = 0; r < vt.rows; r++) {
		for (int c = 0; c < vt.cols; c++) {
			char ch[4];

			if (vt.cell[r][c])
				text_putn(&t, ch, utf8_encode(ch, vt.cell[r][c]));
		}
		text_line(&t);
	}
	return text_str(&t);
}

/* ---- a small shell ---- */

static struct { int master, report, order; pid_t shell; struct termios before; struct text all; } io;

/* Tells about the program in lines: "pid N", "stopped", "exit N", "signal N"; goes on with it when told "f". */
static void shell(char *const argv[], int report, int order)
{
	pid_t pid;
	int status;
	char c;

	signal(SIGTTOU, SIG_IGN);
	pid = fork();
	if (pid == 0) {
		setpgid(0, 0);
		tcsetpgrp(STDIN_FILENO, getpid());
		signal(SIGTTOU, SIG_DFL);
		close(report);
		close(order);
		execv(argv[0], argv);
		_exit(127);
	}
	setpgid(pid, pid);
	dprintf(report, "pid %d\n", (int)pid);
	for (;;) {
		if (waitpid(pid, &status, WUNTRACED) < 0)
			_exit(1);
		tcsetpgrp(STDIN_FILENO, getpgrp());
		if (!WIFSTOPPED(status))
			break;
		dprintf(report, "stopped\n");
		if (read(order, &c, 1) != 1)
			_exit(1);
		tcsetpgrp(STDIN_FILENO, pid);
		kill(-pid, SIGCONT);
	}
	dprintf(report, WIFSIGNALED(status) ? "signal %d\n" : "exit %d\n", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	_exit(0);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void pump(double for_seconds)
{
	double end = seconds() + for_seconds;
	char bytes[8192];

	for (double left; (left = end - seconds()) > 0; ) {
		struct pollfd fd = { .fd = io.master, .events = POLLIN };
		ssize_t n;

		if (poll(&fd, 1, (int)(left * 1000) + 1) <= 0)
			continue;
		n = read(io.master, bytes, sizeof bytes);
		if (n <= 0) {
			usleep(1000);
			continue;
		}
		text_putn(&io.all, bytes, (size_t)n);
		for (ssize_t i = 0; i < n; i++)
			vt_byte((unsigned char)bytes[i]);
	}
}

/* Until something came and then nothing for a while. */
static void settle(void)
{
	size_t before = io.all.len, seen = before;
	double end = seconds() + 3, quiet = seconds();

	while (seconds() < end && (io.all.len == before || seconds() - quiet < 0.06)) {
		pump(0.01);
		if (io.all.len != seen) {
			seen = io.all.len;
			quiet = seconds();
		}
	}
}

static bool shows(const char *what)
{
	return strstr(vt_text(), what) != NULL;
}

/* Slow machines get time, fast ones do not wait. */
static void wait_for(const char *what)
{
	double end = seconds() + 20;

	while (!shows(what) && seconds() < end)
		pump(0.01);
	if (!shows(what))
		fail_msg("the terminal never showed '%s' but\n%s", what, vt_text());
	pump(0.05);
}

static void send(const char *bytes)
{
	size_t n = strlen(bytes);

	while (n) {
		size_t part = n < 256 ? n : 256;
		ssize_t done = write(io.master, bytes, part);

		assert_true(done > 0);
		bytes += done;
		n -= (size_t)done;
		pump(0.002);
	}
}

static const char *report(void)
{
	static char line[64];
	double end = seconds() + 20;
	size_t n = 0;

	while (seconds() < end && n < sizeof line - 1) {
		struct pollfd fd = { .fd = io.report, .events = POLLIN };

		pump(0.005);
		while (n < sizeof line - 1 && poll(&fd, 1, 0) > 0 && read(io.report, line + n, 1) == 1) {
			if (line[n] == '\n') {
				line[n] = 0;
				return line;
			}
			n++;
		}
	}
	fail_msg("the shell has nothing to tell");
	return line;
}

/* Of a terminal as a shell is given one. Asked for before anything runs in it, so that nobody has changed them. */
static void usual_settings(struct termios *t)
{
	int master, slave;

	if (openpty(&master, &slave, NULL, NULL, NULL) != 0)	/* as in a chroot without /dev/pts */
		skip();
	assert_int_equal(tcgetattr(slave, t), 0);
	close(slave);
	close(master);
}

static pid_t start(int rows, int cols, ...)
{
	struct winsize w = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };
	const char *program = getenv("QS_PROGRAM"), *arg;
	char *argv[16] = { (char *)program, "-n" };
	int to[2], from[2], n = 2;
	va_list ap;

	va_start(ap, cols);
	while ((arg = va_arg(ap, const char *)))
		argv[n++] = (char *)arg;
	va_end(ap);
	if (!program || access(program, X_OK) != 0)
		skip();
	vt_reset(rows, cols);
	text_clear(&io.all);
	assert_int_equal(pipe2(to, O_CLOEXEC) | pipe2(from, O_CLOEXEC), 0);
	usual_settings(&io.before);
	io.shell = forkpty(&io.master, NULL, &io.before, &w);
	assert_true(io.shell >= 0);
	if (io.shell == 0)
		shell(argv, from[1], to[0]);
	close(to[0]);
	close(from[1]);
	io.order = to[1];
	io.report = from[0];
	return (pid_t)atoi(report() + 4);
}

static void same_settings(void)
{
	struct termios now;

	assert_int_equal(tcgetattr(io.master, &now), 0);
	assert_int_equal(now.c_lflag, io.before.c_lflag);
	assert_int_equal(now.c_iflag, io.before.c_iflag);
	assert_int_equal(now.c_oflag, io.before.c_oflag);
}

/* The program ends as told, and leaves the terminal as it was. */
static void ends(const char *how)
{
	assert_string_equal(report(), how);
	pump(0.05);
	same_settings();
	assert_false(vt.alternate);
	assert_true(vt.cursor);
	assert_int_equal(vt.strange, 0);
	waitpid(io.shell, NULL, 0);
	close(io.master);
	close(io.report);
	close(io.order);
}

static void resize(int rows, int cols)
{
	struct winsize w = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };

	vt_size(rows, cols);
	ioctl(io.master, TIOCSWINSZ, &w);
	settle();
}

/* Ctrl-L paints everything anew; it must change nothing. */
static void equals_a_fresh_drawing(void)
{
	char *was = strdup(vt_text());
	int row = vt.row, col = vt.col;

	assert_int_equal(write(io.master, "\x0c", 1), 1);
	settle();
	assert_string_equal(vt_text(), was);
	assert_int_equal(vt.row, row);
	assert_int_equal(vt.col, col);
	free(was);
}

#define STEP "step q4_0 [-1.2, -0.6, 0.2, 1.0] pad=zero\r"

/* ---- tests ---- */

static void the_pane_opens_with_greeting_and_prompt_and_leaves_no_trace(void **state)
{
	(void)state;
	start(24, 80, NULL);
	wait_for("qs>");
	assert_true(vt.alternate);
	assert_true(shows("small numbers from large ones"));
	assert_true(shows("PROMPT"));
	send("=1 + 1\r");
	wait_for("\n2\n");
	equals_a_fresh_drawing();
	send("\x04");
	ends("exit 0");
	assert_non_null(strstr(strstr(text_str(&io.all), "\033[?1049l"), "qs> =1 + 1\r\n2\r\n"));	/* the last lines of output */
	assert_non_null(strstr(text_str(&io.all), "\033[?2004l"));
}

static void the_line_and_the_step_survive_resizing_in_the_middle(void **state)
{
	(void)state;
	start(24, 80, NULL);
	wait_for("qs>");
	send(STEP);
	wait_for("step 1/6");
	send("half a li");
	send("\033[19~\033[19~");
	wait_for("step 3/6");
	resize(40, 120);
	wait_for("half a li");
	equals_a_fresh_drawing();
	resize(10, 40);
	wait_for("pane hidden (60x16 needed)");
	equals_a_fresh_drawing();
	resize(5, 29);
	assert_string_equal(vt_text(), "qs> half a li\n\n\n\n\n");
	resize(1, 1);
	pump(0.1);
	resize(60, 200);
	wait_for("step 3/6");
	equals_a_fresh_drawing();
	resize(24, 80);
	wait_for("step 3/6");
	assert_true(shows("qs> half a li\n"));
	equals_a_fresh_drawing();
	send("\x15quit\r");
	ends("exit 0");
}

/* Curses once set the scrolling region to the 24 lines of the terminal type: deleted lines then moved half of the screen. */
static void a_terminal_taller_than_its_type_scrolls_as_one(void **state)
{
	(void)state;
	start(40, 80, NULL);
	wait_for("qs>");
	for (int i = 0; i < 12; i++) {
		char line[32];

		snprintf(line, sizeof line, "=%d + 1\r", 100 + i);
		send(line);
		snprintf(line, sizeof line, "\n%d\n", 101 + i);
		wait_for(line);
	}
	equals_a_fresh_drawing();
	send("\x04");
	ends("exit 0");
}

static void ctrl_z_gives_the_terminal_back_and_fg_takes_it_again(void **state)
{
	char *was;

	(void)state;
	start(24, 80, NULL);
	wait_for("qs>");
	send(STEP "some text");
	wait_for("some text");
	was = strdup(vt_text());
	send("\x1a");
	assert_string_equal(report(), "stopped");
	pump(0.05);
	same_settings();
	assert_false(vt.alternate);
	for (int r = 0; r < vt.rows; r++)
		vt_blank(r, 0, COLS_MAX);
	assert_int_equal(write(io.order, "f", 1), 1);
	wait_for("some text");
	pump(0.1);
	assert_true(vt.alternate);
	assert_string_equal(vt_text(), was);
	free(was);
	send("\x03");			/* drops the line */
	pump(0.1);
	assert_false(shows("some text"));
	send("\x04");
	ends("exit 0");
}

static void a_stop_from_outside_is_survived_too(void **state)
{
	pid_t pid;
	char *was;

	(void)state;
	pid = start(24, 80, NULL);
	wait_for("qs>");
	send("abc");
	wait_for("qs> abc");
	was = strdup(vt_text());
	kill(pid, SIGSTOP);
	assert_string_equal(report(), "stopped");
	vt_blank(0, 0, COLS_MAX);
	assert_int_equal(write(io.order, "f", 1), 1);
	pump(0.3);
	assert_string_equal(vt_text(), was);
	free(was);
	send("\x03\x04");
	ends("exit 0");
}

static void pasted_lines_wait_for_enter(void **state)
{
	(void)state;
	start(24, 80, NULL);
	wait_for("qs>");
	send("\033[200~a = 20\rb = 22\033[201~");
	wait_for("qs> a = 20\n..> b = 22");
	send("\r");
	send("=a + b\r");
	wait_for("\n42\n");
	equals_a_fresh_drawing();
	send("\x04");
	ends("exit 0");
}

static void text_that_arrives_fast_is_taken_whole(void **state)
{
	struct text t = { 0 };

	(void)state;
	start(24, 80, NULL);
	wait_for("qs>");
	for (int i = 0; i < 200; i++)
		text_add(&t, "x%d = %d\r", i, i);
	text_put(&t, "=x0 + x100 + x199\r");
	send(text_str(&t));
	wait_for("\n299\n");
	text_clear(&t);
	text_put(&t, "y = 0");
	for (int i = 0; i < 1000; i++)
		text_put(&t, " + 1");
	send(text_str(&t));
	send("\r=y\r");
	wait_for("\n1000\n");
	equals_a_fresh_drawing();
	text_drop(&t);
	send("\x04");
	ends("exit 0");
}

static void signals_that_end_it_leave_the_terminal_whole(void **state)
{
	static const struct { int sig; const char *how; } signals[] = {
		{ SIGTERM, "exit 143" }, { SIGHUP, "exit 129" }, { SIGSEGV, "signal 11" }, { SIGABRT, "signal 6" }, { SIGQUIT, "signal 3" },
		{ SIGFPE, "signal 8" }, { SIGBUS, "signal 7" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		pid_t pid = start(24, 80, NULL);

		wait_for("qs>");
		send("abc");
		wait_for("qs> abc");
		kill(pid, signals[i].sig);
		ends(signals[i].how);
		assert_non_null(strstr(text_str(&io.all), "\033[?2004l"));
	}
}

static void ctrl_c_does_not_end_it(void **state)
{
	(void)state;
	start(24, 80, NULL);
	wait_for("qs>");
	send("\x03\x03\x03");
	wait_for("leaves");
	send("while true do end\r");
	pump(0.3);
	send("\x03");
	pump(0.3);
	send("\x03");
	wait_for("error[cancelled]");
	send("=6 * 7\r");
	wait_for("\n42\n");
	equals_a_fresh_drawing();
	send("\x04");
	ends("exit 0");
}

static void a_lone_escape_reaches_the_pane(void **state)
{
	(void)state;
	start(24, 80, NULL);
	wait_for("qs>");
	send(STEP);
	wait_for("step 1/6");
	send("\033[17~");
	wait_for("PANE");
	send("\033");
	wait_for("PROMPT");
	send("\x04");
	ends("exit 0");
}

static void without_utf8_and_colour_it_sends_neither(void **state)
{
	(void)state;
	setenv("LC_ALL", "C", 1);
	setenv("NO_COLOR", "1", 1);
	start(24, 80, NULL);
	wait_for("qs>");
	send(STEP);
	wait_for("step 1/6");
	equals_a_fresh_drawing();
	send("\x04");
	ends("exit 0");
	assert_false(vt.high_bytes);
	assert_false(vt.colors);
	unsetenv("NO_COLOR");
	setenv("LC_ALL", "C.UTF-8", 1);
}

static void a_dumb_terminal_gets_a_plain_prompt(void **state)
{
	(void)state;
	setenv("TERM", "dumb", 1);
	start(24, 80, NULL);
	wait_for("qs>");
	assert_null(strchr(text_str(&io.all), 033));
	send("\r");
	wait_for("Start the first lesson?  lesson walkie  does.");
	send("=6 * 7\r");
	wait_for("\n42\n");
	send("\x04");
	ends("exit 0");
	setenv("TERM", "xterm", 1);
}

static void a_terminal_of_20x4_gets_a_plain_prompt(void **state)
{
	(void)state;
	start(4, 20, "-q", NULL);
	wait_for("qs>");
	send("=6 * 7\r");
	wait_for("42\n");
	assert_false(vt.alternate);
	send("\x04");
	ends("exit 0");
}

static void the_plain_prompt_steps_stops_and_changes_to_the_pane_and_back(void **state)
{
	(void)state;
	start(24, 80, "--plain", NULL);
	wait_for("qs>");
	send(STEP);
	wait_for("step 1/6");
	send("\r");
	wait_for("step 2/6");
	send("half\x03");
	wait_for("^C");
	send("y = 3 +\r");
	wait_for("..>");
	send("4\r=y\r");
	wait_for("\n7\n");
	send("\x1a");
	assert_string_equal(report(), "stopped");
	same_settings();
	assert_int_equal(write(io.order, "f", 1), 1);
	pump(0.2);
	send("pane on\r");
	wait_for("PROMPT");
	assert_true(vt.alternate);
	assert_true(shows("\n7\n"));
	assert_true(shows("step 2/6"));
	assert_false(shows("?["));		/* the colours of the pictures that were printed */
	equals_a_fresh_drawing();
	send("pane off\r");
	pump(0.3);
	assert_false(vt.alternate);
	send("=y + 1\r");
	wait_for("\n8\n");
	send("\x04");
	ends("exit 0");
}

static void the_plain_prompt_leaves_the_terminal_whole_too(void **state)
{
	pid_t pid;

	(void)state;
	pid = start(24, 80, "--plain", NULL);
	wait_for("qs>");
	kill(pid, SIGSEGV);
	ends("signal 11");
	pid = start(24, 80, "--plain", NULL);
	wait_for("qs>");
	kill(pid, SIGTERM);
	ends("exit 143");
}

/* interaction.md 21: during a step, a search, a completion list, a question of a lesson and a running job. */
static void every_change_of_size_leaves_a_fresh_drawing(void **state)
{
	static const int sizes[][2] = { { 6, 30 }, { 16, 60 }, { 40, 120 }, { 60, 200 }, { 10, 40 }, { 24, 80 } };
	static const struct { const char *keys, *shown; } during[] = {
		{ STEP "\033[19~\033[19~half", "half" },
		{ "find = 1\r\x12" "fin", "(reverse-i-search)`fin'" },
		{ "quantize q\t\t", "b/w  blocks of" },
		{ "\x18/quant", "find: quant" },
		{ "help\r\033[5~", "below" },
		{ STEP "\033[17~?", "a page up" },
		{ "lesson walkie\r", "walkie 1/7>" },
	};

	(void)state;
	for (size_t k = 0; k < sizeof during / sizeof *during; k++) {
		pid_t pid = start(24, 80, NULL);

		wait_for("qs>");
		send(during[k].keys);
		wait_for(during[k].shown);
		for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
			resize(sizes[i][0], sizes[i][1]);
			equals_a_fresh_drawing();
		}
		assert_true(shows(during[k].shown));
		kill(pid, SIGTERM);
		ends("exit 143");
	}
}

static void work_goes_on_while_the_size_changes(void **state)
{
	static const int sizes[][2] = { { 6, 30 }, { 16, 60 }, { 40, 120 }, { 60, 200 }, { 10, 40 }, { 24, 80 } };

	(void)state;
	start(24, 80, NULL);
	wait_for("qs>");
	send("w = gauss 2048x4096 seed=1\r");
	wait_for("w = f32[2048, 4096]");
	send("quantize q4_K w\rmeanwhile");
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		resize(sizes[i][0], sizes[i][1]);
	wait_for("4.5 b/w   rmse");
	assert_true(shows("qs> meanwhile"));
	equals_a_fresh_drawing();
	send("\x15quantize q4_K w\r");
	pump(0.1);
	send("\x03");
	pump(0.5);
	send("=6 * 7\r");
	wait_for("\n42\n");
	equals_a_fresh_drawing();
	send("\x04");
	ends("exit 0");
}

static void keys_of_the_mouse_move_and_click(void **state)
{
	(void)state;
	start(24, 80, NULL);
	wait_for("qs>");
	send(STEP);
	wait_for("step 1/6");
	send("\033[<0;4;14M\033[<0;4;14m");		/* F8 in the bar */
	wait_for("step 2/6");
	send("\033[<0;4;9M\033[<0;4;9m");		/* into the pane */
	wait_for("PANE");
	send("\x04q\x04");
	ends("exit 0");
}

static void the_history_comes_back_in_the_next_run(void **state)
{
	(void)state;
	start(24, 80, NULL);
	wait_for("qs>");
	send("remembered = 1\r");
	pump(0.2);
	send("\x04");
	ends("exit 0");
	start(24, 80, NULL);
	wait_for("qs>");
	send("\x12remem");
	wait_for("(reverse-i-search)`remem': remembered = 1");
	equals_a_fresh_drawing();
	send("\x07\x04");
	ends("exit 0");
}

static int set_up(void **state)
{
	static char home[] = "/tmp/qs-home-XXXXXX";

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	if (!mkdtemp(home))
		return 1;
	setenv("HOME", home, 1);
	unsetenv("XDG_STATE_HOME");
	unsetenv("COLORTERM");
	unsetenv("NO_COLOR");
	unsetenv("LINES");
	unsetenv("COLUMNS");
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("TERM", "xterm", 1);
	setenv("INPUTRC", "/dev/null", 1);
	setenv("ASAN_OPTIONS", "detect_leaks=0:handle_segv=0:handle_abort=0:handle_sigfpe=0:handle_sigbus=0", 1);	/* readline leaks */
	return 0;
}

static int tear_down(void **state)
{
	char path[200];

	(void)state;
	text_drop(&io.all);
	snprintf(path, sizeof path, "%s/.local/state/quantscope/history", getenv("HOME"));
	unlink(path);
	for (int i = 0; i < 4; i++) {
		*strrchr(path, '/') = 0;
		rmdir(path);
	}
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_pane_opens_with_greeting_and_prompt_and_leaves_no_trace),
		cmocka_unit_test(the_line_and_the_step_survive_resizing_in_the_middle),
		cmocka_unit_test(a_terminal_taller_than_its_type_scrolls_as_one),
		cmocka_unit_test(ctrl_z_gives_the_terminal_back_and_fg_takes_it_again),
		cmocka_unit_test(a_stop_from_outside_is_survived_too),
		cmocka_unit_test(pasted_lines_wait_for_enter),
		cmocka_unit_test(text_that_arrives_fast_is_taken_whole),
		cmocka_unit_test(signals_that_end_it_leave_the_terminal_whole),
		cmocka_unit_test(ctrl_c_does_not_end_it),
		cmocka_unit_test(a_lone_escape_reaches_the_pane),
		cmocka_unit_test(without_utf8_and_colour_it_sends_neither),
		cmocka_unit_test(a_dumb_terminal_gets_a_plain_prompt),
		cmocka_unit_test(a_terminal_of_20x4_gets_a_plain_prompt),
		cmocka_unit_test(the_plain_prompt_steps_stops_and_changes_to_the_pane_and_back),
		cmocka_unit_test(the_plain_prompt_leaves_the_terminal_whole_too),
		cmocka_unit_test(every_change_of_size_leaves_a_fresh_drawing),
		cmocka_unit_test(work_goes_on_while_the_size_changes),
		cmocka_unit_test(keys_of_the_mouse_move_and_click),
		cmocka_unit_test(the_history_comes_back_in_the_next_run),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
