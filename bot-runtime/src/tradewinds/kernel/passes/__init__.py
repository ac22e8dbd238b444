"""The loops over bars, in Numba's subset, and what they do at their edges."""
