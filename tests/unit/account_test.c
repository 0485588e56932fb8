/* account_test.c: what a program's lines took goes to that program, whatever the clock can tell,
 * and whoever ran them.
 */
#include "../../lib/account.h"
#include "check.h"

int main(void)
{
    struct profile_sum of_lines[3] = {{0}};
    struct profile p = {.lines = of_lines, .n_lines = 2};
    struct profile_sum sums[3] = {{0}};
    uint64_t away[3] = {0};
    struct program_lines lines = {.first = 7, .n = 2, .sums = sums, .away = away};
    p.lines[0] = (struct profile_sum){3, 4, 100};
    p.lines[1] = (struct profile_sum){2, 1, 0}; /* less than a tick of the clock */
    p.lines[2] = (struct profile_sum){0, 0, 9};
    account_lines(&lines, &p);
    account_lines(&lines, &p); /* of a run that did nothing */
    check(sums[0].calls == 3 && sums[0].units == 4 && sums[0].ticks == 100, "a line");
    check(sums[1].calls == 2 && sums[1].units == 1, "a line that took no tick");
    check(sums[2].ticks == 9, "what has no line");
    const struct profile_sum there[3] = {{1, 2, 30}, {0, 0, 0}, {0, 0, 5}};
    account_lines_away(&lines, there, 0.5);
    account_lines_away(&lines, there, 0.25);
    check(sums[0].calls == 5 && sums[0].units == 8, "a line, on a device too");
    check(sums[0].ticks == 100 && away[0] == 22500, "its time there");
    check(sums[1].calls == 2 && away[1] == 0 && away[2] == 3750, "what a device says of others");
    check(!p.lines[0].ticks && !p.lines[1].calls && !p.lines[1].units, "left to the next program");
    return check_end();
}
