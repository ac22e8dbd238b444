"""Machine code: made by Numba, kept as files, loaded by LLVM alone."""
