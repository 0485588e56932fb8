/* taskfile_grid.c: one grid, a JSON list of rows. */
#include "taskfile.h"
#include "taskfile_private.h"

#include <stdlib.h>
#include <string.h>

static int row_of(const json_t *row, size_t i, size_t w, uint8_t *cells,
                  struct taskfile_reason *reason)
{
    if (!json_is_array(row)) {
        taskfile_say(reason, "row %zu is not a list", i + 1);
        return TASKFILE_BAD;
    }
    if (json_array_size(row) != w) {
        taskfile_say(reason, "row %zu has %zu cells, row 1 has %zu: ragged grid", i + 1,
                     json_array_size(row), w);
        return TASKFILE_BAD;
    }
    for (size_t j = 0; j < w; j++) {
        const json_t *cell = json_array_get(row, j);
        json_int_t x = json_integer_value(cell);
        if (!json_is_integer(cell)) {
            taskfile_say(reason, "row %zu column %zu is not an integer", i + 1, j + 1);
            return TASKFILE_BAD;
        }
        if (x < 0 || x > 9) {
            taskfile_say(reason, "row %zu column %zu: cell %lld is outside 0..9", i + 1, j + 1,
                         (long long)x);
            return TASKFILE_BAD;
        }
        cells[j] = (uint8_t)x;
    }
    return TASKFILE_OK;
}

int taskfile_grid(const json_t *json, struct stream_grid *grid, struct taskfile_scratch *scratch,
                  struct taskfile_reason *reason)
{
    if (!json_is_array(json)) {
        taskfile_say(reason, "not a list of rows");
        return TASKFILE_BAD;
    }
    size_t h = json_array_size(json), w = json_array_size(json_array_get(json, 0));
    if (!h || (!w && json_is_array(json_array_get(json, 0)))) {
        taskfile_say(reason, "empty grid");
        return TASKFILE_BAD;
    }
    if (h > TASKFILE_MAX_SIDE || w > TASKFILE_MAX_SIDE) {
        taskfile_say(reason, "%zu rows of %zu cells: larger than %d x %d", h, w, TASKFILE_MAX_SIDE,
                     TASKFILE_MAX_SIDE);
        return TASKFILE_BAD;
    }
    uint8_t *cells = taskfile_cells(scratch, h * w);
    if (!cells)
        return TASKFILE_MEMORY;
    for (size_t i = 0; i < h; i++) {
        int rc = row_of(json_array_get(json, i), i, w, cells + i * w, reason);
        if (rc != TASKFILE_OK)
            return rc;
    }
    *grid = (struct stream_grid){(uint32_t)h, (uint32_t)w, cells};
    return TASKFILE_OK;
}

/* A copy of a grid with cells of its own. */
static int copy(struct stream_grid *to, const struct stream_grid *from)
{
    size_t n = (size_t)from->h * from->w;
    uint8_t *cells = malloc(n);
    if (!cells)
        return TASKFILE_MEMORY;
    memcpy(cells, from->cells, n);
    *to = (struct stream_grid){from->h, from->w, cells};
    return TASKFILE_OK;
}

int taskfile_grid_read(const char *path, struct stream_grid *grid, taskfile_bad *bad, void *context)
{
    struct taskfile_scratch scratch = {0};
    struct taskfile_reason reason;
    struct stream_grid read;
    json_t *json;
    int rc = taskfile_load(path, &json, bad, context);
    if (rc != TASKFILE_OK)
        return rc;
    rc = taskfile_grid(json, &read, &scratch, &reason);
    if (rc == TASKFILE_OK)
        rc = copy(grid, &read);
    else if (rc == TASKFILE_BAD)
        rc = taskfile_tell(bad, context, path, NULL, reason.text);
    json_decref(json);
    taskfile_scratch_free(&scratch);
    return rc;
}
