/* buffer.c - see buffer.h */
#include "base/buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ALIGNMENT = 64 };

static struct buffer *wrap(unsigned char *bytes, size_t size, bool mapped, struct error *err)
{
	struct buffer *b = malloc(sizeof *b);

	if (!b) {
		error_memory(err, "a buffer");
		return NULL;
	}
	atomic_init(&b->holders, 1);
	b->bytes = bytes;
	b->size = size;
	b->mapped = mapped;
	return b;
}

struct buffer *buffer_new(size_t size, struct error *err)
{
	struct buffer *b;
	void *bytes;

	if (size > SIZE_MAX - ALIGNMENT) {
		error_memory(err, "a buffer");
		return NULL;
	}
	bytes = aligned_alloc(ALIGNMENT, (size + ALIGNMENT) / ALIGNMENT * ALIGNMENT);
	if (!bytes) {
		error_set(err, ERR_MEMORY, "not enough memory for %zu bytes", size);
		return NULL;
	}
	memset(bytes, 0, size);
	b = wrap(bytes, size, false, err);
	if (!b)
		free(bytes);
	return b;
}

struct buffer *buffer_copy(const void *bytes, size_t size, struct error *err)
{
	struct buffer *b = buffer_new(size, err);

	if (b && size)
		memcpy(b->bytes, bytes, size);
	return b;
}

static int64_t time_of(const struct stat *st)
{
	return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

struct buffer *buffer_map(const char *path, struct error *err)
{
	struct buffer *b = NULL;
	struct stat st;
	void *bytes = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0) {
		error_set(err, ERR_FILE, "cannot open %s: %s", path, strerror(errno));
		return NULL;
	}
	if (fstat(fd, &st) != 0)
		error_set(err, ERR_FILE, "cannot look at %s: %s", path, strerror(errno));
	else if (!S_ISREG(st.st_mode))
		error_set(err, ERR_FILE, "%s is %s, not a file of weights", path,
			  S_ISDIR(st.st_mode) ? "a directory" : "a pipe or device");
	else if ((uintmax_t)st.st_size > SIZE_MAX)
		error_set(err, ERR_FILE, "%s is too large for this machine's addresses", path);
	else if (st.st_size > 0 &&
		 (bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0)) == MAP_FAILED)
		error_set(err, ERR_FILE, "cannot map %s: %s", path, strerror(errno));
	else if (!(b = wrap(bytes, (size_t)st.st_size, true, err)) && bytes)
		munmap(bytes, (size_t)st.st_size);
	close(fd);
	if (b)
		b->time = time_of(&st);
	return b;
}

bool buffer_same_file(const struct buffer *b, const char *path)
{
	struct stat st;

	return b->mapped && stat(path, &st) == 0 && (uintmax_t)st.st_size == b->size && time_of(&st) == b->time;
}

struct buffer *buffer_hold(struct buffer *b)
{
	if (b)
		atomic_fetch_add(&b->holders, 1);
	return b;
}

void buffer_drop(struct buffer *b)
{
	if (!b || atomic_fetch_sub(&b->holders, 1) != 1)
		return;
	if (!b->mapped)
		free(b->bytes);
	else if (b->bytes)
		munmap(b->bytes, b->size);
	free(b);
}

void buffer_forget(const struct buffer *b, size_t from, size_t to)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	from = (from + page - 1) / page * page;		/* whole pages only: others may share the first and the last */
	to = to / page * page;
	if (b && b->mapped && from < to && to <= b->size)
		madvise(b->bytes + from, to - from, MADV_DONTNEED);
}

/*
 * Pages that another thread still reads come back with their neighbours, so a walk lets go of a stretch that lies behind by more than is
 * read at a time, and goes over each place more than once.
 */
enum { STRIDE = 1 << 20, BEHIND = 4 * STRIDE, STRETCH = 8 * STRIDE };

void buffer_passed(const struct buffer *b, size_t begin, size_t end, size_t from, size_t to)
{
	size_t last = to / STRIDE * STRIDE, first;

	if (!b || !b->mapped)
		return;
	if (to >= end) {
		buffer_forget(b, begin, end);
	} else if (from < last && last > BEHIND) {
		first = from > BEHIND + STRETCH ? from - BEHIND - STRETCH : 0;
		buffer_forget(b, first > begin ? first : begin, last - BEHIND);
	}
}

/* A file that shrinks while mapped: give the missing page zeros and remember it, so that the reader can say so. */
static volatile sig_atomic_t lost;
static uintptr_t page_mask;

static void on_bus(int sig, siginfo_t *info, void *context)
{
	uintptr_t page = (uintptr_t)info->si_addr & page_mask;

	(void)context;
	if (info->si_code == BUS_ADRERR &&
	    mmap((void *)page, ~page_mask + 1, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED) {
		lost = 1;
		return;
	}
	signal(sig, SIG_DFL);	/* a real fault: die of it */
	raise(sig);
}

void buffer_guard_install(void)
{
	struct sigaction sa = { .sa_sigaction = on_bus, .sa_flags = SA_SIGINFO };

	page_mask = ~((uintptr_t)sysconf(_SC_PAGESIZE) - 1);
	sigemptyset(&sa.sa_mask);
	sigaction(SIGBUS, &sa, NULL);
}

bool buffer_lost(void)
{
	bool was = lost;

	lost = 0;
	return was;
}
