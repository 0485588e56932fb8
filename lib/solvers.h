/* Where the solver library that comes with batt is. */
#ifndef LIB_SOLVERS_H
#define LIB_SOLVERS_H

/*
 * The folder of the installed solver library: $BATT_SOLVERS, else share/batt/solvers beside the
 * folder of the running tool, else dsl/solvers there (a build tree).  Static memory; NULL: none.
 * So the tools and their library may be moved together.
 */
const char *solvers_folder(void);

#endif
