/* small_terminal.c - see small_terminal.h */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
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
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "small_terminal.h"

/* ---- a small terminal ---- */

struct vt vt;

void vt_blank(int row, int from, int to)
{
	for (int c = from; c < to && c < VT_COLS_MAX; c++)
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
	for (int r = 0; r < VT_ROWS_MAX; r++)
		vt_blank(r, 0, VT_COLS_MAX);
	vt_size(rows, cols);
}

static void vt_scroll(int top, int by)
{
	for (; by > 0; by--) {
		for (int r = top; r < vt.bottom; r++)
			memcpy(vt.cell[r], vt.cell[r + 1], sizeof vt.cell[r]);
		vt_blank(vt.bottom, 0, VT_COLS_MAX);
	}
	for (; by < 0; by++) {
		for (int r = vt.bottom; r > top; r--)
			memcpy(vt.cell[r], vt.cell[r - 1], sizeof vt.cell[r]);
		vt_blank(top, 0, VT_COLS_MAX);
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
			vt_blank(r, p[0] == 0 && r == vt.row ? vt.col : 0, p[0] == 1 && r == vt.row ? vt.col + 1 : VT_COLS_MAX);
		break;
	case 'K': vt_blank(vt.row, p[0] ? 0 : vt.col, p[0] == 1 ? vt.col + 1 : VT_COLS_MAX); break;
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
const char *vt_text(void)
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

struct pty pty;

/* Tells about the program in lines: "pid N", "stopped", "exit N", "signal N"; goes on with it when told "f". */
static void shell(char *const argv[], int report, int order)
{
	static const int usual[] = { SIGTTOU, SIGINT, SIGQUIT, SIGHUP, SIGTSTP };
	pid_t pid;
	int status;
	char c;

	signal(SIGTTOU, SIG_IGN);
	pid = fork();
	if (pid == 0) {
		setpgid(0, 0);
		tcsetpgrp(STDIN_FILENO, getpid());
		for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
			signal(usual[i], SIG_DFL);	/* whoever runs the tests may ignore them */
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

void pty_pump(double for_seconds)
{
	double end = seconds() + for_seconds;
	char bytes[8192];

	for (double left; (left = end - seconds()) > 0; ) {
		struct pollfd fd = { .fd = pty.master, .events = POLLIN };
		ssize_t n;

		if (poll(&fd, 1, (int)(left * 1000) + 1) <= 0)
			continue;
		n = read(pty.master, bytes, sizeof bytes);
		if (n <= 0) {
			usleep(1000);
			continue;
		}
		text_putn(&pty.all, bytes, (size_t)n);
		for (ssize_t i = 0; i < n; i++)
			vt_byte((unsigned char)bytes[i]);
	}
}

/* Until something came and then nothing for a while. */
void pty_settle(void)
{
	size_t before = pty.all.len, seen = before;
	double end = seconds() + 3, quiet = seconds();

	while (seconds() < end && (pty.all.len == before || seconds() - quiet < 0.06)) {
		pty_pump(0.01);
		if (pty.all.len != seen) {
			seen = pty.all.len;
			quiet = seconds();
		}
	}
}

bool vt_shows(const char *what)
{
	return strstr(vt_text(), what) != NULL;
}

/* Slow machines get time, fast ones do not wait. */
void vt_wait_for(const char *what)
{
	double end = seconds() + 20;

	while (!vt_shows(what) && seconds() < end)
		pty_pump(0.01);
	if (!vt_shows(what))
		fail_msg("the terminal never showed '%s' but\n%s", what, vt_text());
	pty_pump(0.05);
}

void pty_sendn(const char *bytes, size_t n)
{
	while (n) {
		size_t part = n < 256 ? n : 256;
		ssize_t done = write(pty.master, bytes, part);

		assert_true(done > 0);
		bytes += done;
		n -= (size_t)done;
		pty_pump(0.002);
	}
}

void pty_send(const char *bytes)
{
	pty_sendn(bytes, strlen(bytes));
}

const char *pty_report(void)
{
	static char line[64];
	double end = seconds() + 20;
	size_t n = 0;

	while (seconds() < end && n < sizeof line - 1) {
		struct pollfd fd = { .fd = pty.report, .events = POLLIN };

		pty_pump(0.005);
		while (n < sizeof line - 1 && poll(&fd, 1, 0) > 0 && read(pty.report, line + n, 1) == 1) {
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

bool pty_reported(void)
{
	struct pollfd fd = { .fd = pty.report, .events = POLLIN };

	return poll(&fd, 1, 0) > 0;
}

void pty_go_on(void)
{
	assert_int_equal(write(pty.order, "f", 1), 1);
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

pid_t pty_start(int rows, int cols, ...)
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
	text_clear(&pty.all);
	assert_int_equal(pipe2(to, O_CLOEXEC) | pipe2(from, O_CLOEXEC), 0);
	usual_settings(&pty.before);
	pty.shell = forkpty(&pty.master, NULL, &pty.before, &w);
	assert_true(pty.shell >= 0);
	if (pty.shell == 0)
		shell(argv, from[1], to[0]);
	close(to[0]);
	close(from[1]);
	pty.order = to[1];
	pty.report = from[0];
	return (pid_t)atoi(pty_report() + 4);
}

void pty_same_settings(void)
{
	struct termios now;

	assert_int_equal(tcgetattr(pty.master, &now), 0);
	assert_int_equal(now.c_lflag, pty.before.c_lflag);
	assert_int_equal(now.c_iflag, pty.before.c_iflag);
	assert_int_equal(now.c_oflag, pty.before.c_oflag);
}

/* The program ends as told, and leaves the terminal as it was. */
void pty_ends(const char *how)
{
	assert_string_equal(pty_report(), how);
	pty_pump(0.05);
	pty_same_settings();
	assert_false(vt.alternate);
	assert_true(vt.cursor);
	assert_string_equal(vt.unknown, "");
	waitpid(pty.shell, NULL, 0);
	close(pty.master);
	close(pty.report);
	close(pty.order);
}

void pty_size(int rows, int cols)
{
	struct winsize w = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };

	vt_size(rows, cols);
	ioctl(pty.master, TIOCSWINSZ, &w);
}

void pty_resize(int rows, int cols)
{
	pty_size(rows, cols);
	pty_settle();
}

/* Ctrl-L paints everything anew; it must change nothing. */
void vt_equals_a_fresh_drawing(void)
{
	char *was = strdup(vt_text());
	int row = vt.row, col = vt.col;

	assert_int_equal(write(pty.master, "\x0c", 1), 1);
	pty_settle();
	assert_string_equal(vt_text(), was);
	assert_int_equal(vt.row, row);
	assert_int_equal(vt.col, col);
	free(was);
}

int pty_set_up(void **state)
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

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *place)
{
	(void)st;
	(void)kind;
	(void)place;
	return remove(path);
}

void remove_tree(const char *path)
{
	nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

int pty_tear_down(void **state)
{
	(void)state;
	text_drop(&pty.all);
	remove_tree(getenv("HOME"));
	return 0;
}
