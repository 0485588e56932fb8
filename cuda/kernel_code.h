/* The kernel's compiled code, for all architectures of the build; of size 0 without nvcc. */
#ifndef CUDA_KERNEL_CODE_H
#define CUDA_KERNEL_CODE_H

#include <stddef.h>

const void *kernel_code(void);
size_t kernel_code_size(void);

#endif
