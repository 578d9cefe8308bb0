/* where.c - see where.h: a few nodes in an array, built by descent, evaluated by descent. */
#include "session/where.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum op { OP_COLUMN, OP_NUMBER, OP_WORD, OP_EQ, OP_NE, OP_LE, OP_GE, OP_LT, OP_GT, OP_NOT, OP_AND, OP_OR };

struct node { enum op op; int left, right; size_t column; double number; char word[40]; };

enum { NODES_MAX = 200, DEPTH_MAX = 50 };

struct where { struct node node[NODES_MAX]; int n, root; };

struct parser { const char *s, *at; const struct table *t; struct where *w; int depth; struct error *err; };

static void name_columns(struct parser *p)
{
	struct text columns = { 0 };

	for (size_t i = 0; i < p->t->cols; i++)
		text_add(&columns, " %s", p->t->name[i]);
	error_hint(p->err, "where", "columns:%s   compared by == ~= < > <= >=, joined by and or not", text_str(&columns));
	text_drop(&columns);
}

static int fail(struct parser *p, const char *wanted)
{
	if (*p->at)
		error_set(p->err, ERR_SYNTAX, "where: '%.40s' where %s should be", p->at, wanted);
	else
		error_set(p->err, ERR_SYNTAX, "where: it ends where %s should be", wanted);
	name_columns(p);
	return -1;
}

/* A comparison of two things that are no columns. */
static int no_column(struct parser *p, const struct node *left, const struct node *right)
{
	const struct node *word = left->op == OP_WORD ? left : right;

	if (word->op != OP_WORD)
		error_set(p->err, ERR_SYNTAX, "where: one side of a comparison must be a column");
	else
		error_set(p->err, ERR_SYNTAX, "where: there is no column '%s' here", word->word);
	if (!strcmp(word->word, "rel") || !strcmp(word->word, "max") || !strcmp(word->word, "snr"))
		error_hint(p->err, "where", "codec=q4_K measures what that would lose; open FILE ref=FILE what the file has lost");
	else
		name_columns(p);
	return -1;
}

static int add(struct parser *p, struct node node)
{
	if (p->w->n == NODES_MAX)
		return fail(p, "the end of so long an expression");
	p->w->node[p->w->n] = node;
	return p->w->n++;
}

static void blanks(struct parser *p)
{
	while (isspace((unsigned char)*p->at))
		p->at++;
}

static bool takes(struct parser *p, const char *token)
{
	size_t n = strlen(token);

	blanks(p);
	if (strncmp(p->at, token, n) || (isalpha((unsigned char)*token) && (isalnum((unsigned char)p->at[n]) || p->at[n] == '_')))
		return false;
	p->at += n;
	return true;
}

static int quoted(struct parser *p)
{
	struct node node = { .op = OP_WORD };
	char quote = *p->at++;
	size_t n = 0;

	while (*p->at && *p->at != quote && n < sizeof node.word - 1)
		node.word[n++] = *p->at++;
	if (*p->at != quote)
		return fail(p, "the end of a word in quotes");
	p->at++;
	return add(p, node);
}

/* A column, else a bare word such as q4_K. */
static int word(struct parser *p)
{
	struct node node = { .op = OP_WORD };
	size_t n = 0;

	while (isalnum((unsigned char)*p->at) || strchr("_.*", *p->at)) {
		if (!*p->at)
			break;
		if (n < sizeof node.word - 1)
			node.word[n++] = *p->at;
		p->at++;
	}
	node.column = table_column(p->t, node.word);
	if (node.column != SIZE_MAX)
		node.op = OP_COLUMN;
	return add(p, node);
}

static int operand(struct parser *p)
{
	struct node node = { .op = OP_NUMBER };
	char *end;

	blanks(p);
	if (*p->at == '"' || *p->at == '\'')
		return quoted(p);
	if (isalpha((unsigned char)*p->at) || *p->at == '_')
		return word(p);
	node.number = strtod(p->at, &end);
	if (end == p->at)
		return fail(p, "a column, a number or a word");
	p->at = end;
	return add(p, node);
}

static int any(struct parser *p);

static int comparison(struct parser *p)
{
	static const struct { const char *token; enum op op; } ops[] = {
		{ "==", OP_EQ }, { "~=", OP_NE }, { "!=", OP_NE }, { "<=", OP_LE }, { ">=", OP_GE }, { "<", OP_LT }, { ">", OP_GT },
	};
	int left = operand(p), right;

	if (left < 0)
		return -1;
	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
		if (!takes(p, ops[i].token))
			continue;
		right = operand(p);
		if (right < 0)
			return -1;
		if (p->w->node[left].op != OP_COLUMN && p->w->node[right].op != OP_COLUMN)
			return no_column(p, &p->w->node[left], &p->w->node[right]);
		return add(p, (struct node){ .op = ops[i].op, .left = left, .right = right });
	}
	return fail(p, "a comparison");
}

static int one(struct parser *p)
{
	int inner;

	if (++p->depth > DEPTH_MAX)
		return fail(p, "the end of so deep an expression");
	if (takes(p, "not")) {
		inner = one(p);
		inner = inner < 0 ? -1 : add(p, (struct node){ .op = OP_NOT, .left = inner });
	} else if (takes(p, "(")) {
		inner = any(p);
		if (inner >= 0 && !takes(p, ")"))
			inner = fail(p, "')'");
	} else {
		inner = comparison(p);
	}
	p->depth--;
	return inner;
}

static int all(struct parser *p)
{
	int left = one(p);

	while (left >= 0 && takes(p, "and")) {
		int right = one(p);

		left = right < 0 ? -1 : add(p, (struct node){ .op = OP_AND, .left = left, .right = right });
	}
	return left;
}

static int any(struct parser *p)
{
	int left = all(p);

	while (left >= 0 && takes(p, "or")) {
		int right = all(p);

		left = right < 0 ? -1 : add(p, (struct node){ .op = OP_OR, .left = left, .right = right });
	}
	return left;
}

struct where *where_parse(const char *text, const struct table *t, struct error *err)
{
	struct where *w = calloc(1, sizeof *w);
	struct parser p = { text, text, t, w, 0, err };

	if (!w) {
		error_memory(err, "an expression");
		return NULL;
	}
	w->root = any(&p);
	blanks(&p);
	if (w->root >= 0 && *p.at)
		w->root = fail(&p, "and, or, or the end");
	if (w->root < 0) {
		where_drop(w);
		return NULL;
	}
	return w;
}

void where_drop(struct where *w)
{
	free(w);
}

/* ---- evaluating ---- */

struct operand { enum { NOTHING, NUMBER, WORD } kind; double number; const char *word; };

static struct operand value_of(const struct node *n, const struct table *t, size_t row)
{
	const struct table_cell *c;

	if (n->op == OP_NUMBER)
		return (struct operand){ NUMBER, n->number, NULL };
	if (n->op == OP_WORD)
		return (struct operand){ WORD, 0, n->word };
	c = table_at(t, row, n->column);
	switch (c->kind) {
	case CELL_NUMBER:
		return (struct operand){ NUMBER, c->number, NULL };
	case CELL_INT:
		return (struct operand){ NUMBER, (double)c->integer, NULL };
	case CELL_TEXT:
		return (struct operand){ WORD, 0, c->text };
	default:
		return (struct operand){ NOTHING, 0, NULL };
	}
}

static bool compare(enum op op, struct operand a, struct operand b)
{
	double order;

	if (a.kind != b.kind || a.kind == NOTHING)
		return op == OP_NE;
	order = a.kind == WORD ? strcasecmp(a.word, b.word) : a.number - b.number;
	switch (op) {
	case OP_EQ:
		return order == 0;
	case OP_NE:
		return order != 0;
	case OP_LE:
		return order <= 0;
	case OP_GE:
		return order >= 0;
	case OP_LT:
		return order < 0;
	default:
		return order > 0;
	}
}

static bool holds(const struct where *w, int at, const struct table *t, size_t row)
{
	const struct node *n = &w->node[at];

	switch (n->op) {
	case OP_NOT:
		return !holds(w, n->left, t, row);
	case OP_AND:
		return holds(w, n->left, t, row) && holds(w, n->right, t, row);
	case OP_OR:
		return holds(w, n->left, t, row) || holds(w, n->right, t, row);
	default:
		return compare(n->op, value_of(&w->node[n->left], t, row), value_of(&w->node[n->right], t, row));
	}
}

bool where_holds(const struct where *w, const struct table *t, size_t row)
{
	return holds(w, w->root, t, row);
}
