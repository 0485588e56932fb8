/*
 * score.h: joined results, task by task: what each program matched, which outputs are the guesses,
 * and what that sums up to.
 *
 * A task is gathered from its entries, handed to the caller when the next one begins, and forgotten.
 * Memory: for each program of a segment 21 bytes and its name, 16 to 32 more where programs of several
 * sources came; for each program of one task 29 bytes, 1 for each item, 4 for each test whose
 * outputs are carried; 24 to 72 for each of those that are sorted. Names of tasks go into a temporary file when they are many: see twice.h.
 */
#ifndef BATT_SCORE_H
#define BATT_SCORE_H

#include "stream.h"

enum { SCORE_GUESSES = 2 }; /* a test output may be guessed twice, as in ARC-AGI */

enum score_rank {
    SCORE_BY_MATCH, /* most demonstrations matched, then fewer lines, then name */
    SCORE_BY_VOTE   /* outputs, by demonstrations matched, then by how many programs gave them */
};

/* One program on one task. */
struct score_row {
    const char *id, *source;
    bool shared_id; /* programs of other sources have this id too: name the source */
    uint32_t lines;
    uint32_t demo_ok, test_ok;
    uint8_t outcome;   /* enum stream_outcome: of the first item that is not ok; else ok */
    uint32_t line;     /* of its error, fuel or limit; 0 none */
    const char *error; /* name of its exception, NULL none */
    uint64_t sig;      /* digest over the demonstration outputs; 0 unknown */
};

struct score_guess {
    int64_t program;            /* that made it: score_guess_row; -1: no guess */
    struct stream_bytes output; /* packed value; data NULL: not carried, or not asked for */
    bool right;                 /* equals the expected output */
};

struct score_task {
    const char *key;
    uint32_t n_demo, n_test, n_known; /* known: tests whose expected output is known */
    uint32_t n_rows;                   /* programs */
    const struct score_guess *guesses; /* n_test x SCORE_GUESSES */
    uint32_t n_passed;                 /* programs that match all demonstrations */
    bool rated;                        /* all test outputs are known; else the two are false: */
    bool oracle;                       /* a program matches everything */
    bool pass[SCORE_GUESSES];          /* every test is right within K guesses */
};

struct score_totals {
    uint64_t tasks;        /* all, those on which no program ran as well */
    uint64_t rated;        /* of these: all test outputs are known */
    uint64_t demo_solved;  /* a program matches all demonstrations */
    uint64_t oracle;       /* rated, and one program matches everything */
    uint64_t pass[SCORE_GUESSES]; /* rated, and each test is right within K guesses */
    uint64_t tests;               /* known test outputs */
    uint64_t test_oracle;         /* some program has it right */
    uint64_t test_pass[SCORE_GUESSES];
    uint64_t rows, passed; /* programs x tasks; of these with all demonstrations matched */
};

struct score;

/* Takes a finished task; what it points to lives until the function returns.  Non-zero ends. */
typedef int score_sink(void *context, const struct score_task *task);

enum score_status {
    SCORE_OK = 0,
    SCORE_NO_MEMORY = -101, /* apart from the negative enum stream_kind */
    SCORE_NOT_JOINED = -102,
    SCORE_NO_PROGRAMS = -103, /* results for programs whose table did not come; they are left out */
    SCORE_TWICE = -104, /* a task that was finished before comes again: score_twice */
    SCORE_TEMPORARY = -105 /* the temporary file failed, or memory: errno */
};

/* all: rows are wanted also of programs that match no demonstration; outputs: guesses with the
   values that were given. NULL: memory. */
struct score *score_open(enum score_rank rank, bool all, bool outputs, score_sink *sink,
                         void *context);
void score_close(struct score *s);

/* Takes a frame just delivered by stream_next.  0, a score_status, a negative enum stream_kind
   (trouble of the reader), or what the sink returned. */
int score_take(struct score *s, struct stream_reader *reader, int kind, const struct stream_frame *f);

/* Hands out the last task, and looks for those of which only now can be seen that they came twice.
   As score_take. */
int score_end(struct score *s);

/* For the sink: the next row of its task, best first; *n, 0 at first, counts them.  False behind the
   last. */
bool score_next_row(struct score *s, uint32_t *n, struct score_row *row);

/* The row of a guess that there is. */
void score_guess_row(struct score *s, const struct score_guess *guess, struct score_row *row);

const struct score_totals *score_totals(const struct score *s);

/* After SCORE_TWICE: the task that came again, first of all such. */
struct score_twice {
    const char *key; /* NULL where it is forgotten */
    uint32_t before, again; /* numbers of the two among all tasks, from 1 */
};
const struct score_twice *score_twice(const struct score *s);

#endif
