/* What the files behind programs.h share: a block while it is filled. */
#ifndef LIB_PROGRAMS_PRIVATE_H
#define LIB_PROGRAMS_PRIVATE_H

#include "programs.h"

/* A new entry at the end of the block, zeroed; NULL: memory. */
struct program_entry *programs_add_entry(struct program_block *b);

/* Takes the text of a Python file, malloc'ed and owned from here on, and its functions into the
 * block.  An enum programs_status. */
int programs_add_file(struct program_block *b, uint32_t source, char *text, size_t len);
void programs_free_files(struct program_block *b);

/* A file is about to be read (NULL: it is not there), and has been.  What it holds goes into
 * src->seen, and the file back to its beginning; see programs_were. */
void programs_begin_file(struct programs *src, const char *path, FILE *f);
void programs_end_file(struct programs *src, FILE *f);

#endif
