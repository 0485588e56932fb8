/* See kernel_code.h.  The Makefile names the file in CUDA_KERNEL_CODE. */
#include "kernel_code.h"

#if defined(CUDA_KERNEL_CODE)
__asm__(".section .rodata\n"
        ".balign 64\n"
        "batt_kernel_code_begin:\n"
        ".incbin \"" CUDA_KERNEL_CODE "\"\n"
        "batt_kernel_code_end:\n"
        ".previous\n");
extern const char batt_kernel_code_begin[], batt_kernel_code_end[];

const void *kernel_code(void)
{
    return batt_kernel_code_begin;
}

size_t kernel_code_size(void)
{
    return (size_t)(batt_kernel_code_end - batt_kernel_code_begin);
}

#else

const void *kernel_code(void)
{
    return NULL;
}

size_t kernel_code_size(void)
{
    return 0;
}

#endif
