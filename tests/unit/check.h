/* Counting of what a unit test looked at; main ends with `return check_end();`. */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <stdio.h>

static long n_passed, n_failed;

static void check(int good, const char *what)
{
    n_passed += good;
    n_failed += !good;
    if (!good)
        printf("%s\n", what);
}

/* Prints the line that tests/run.sh reads; the exit status. */
static int check_end(void)
{
    printf("%ld passed, %ld failed\n", n_passed, n_failed);
    return n_failed != 0;
}

#endif
