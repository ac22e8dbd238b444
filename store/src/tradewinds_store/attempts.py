"""How often a task may lose its worker before it is given up, and what is said then."""

MAX_ATTEMPTS = 3
LOST = "WorkerLost"  # the reason's one word
LOST_MESSAGE = (
    f"its worker was lost {MAX_ATTEMPTS} times without a word (killed, or out of memory). "
    "Give it more memory or a shorter period; a changed Backtest is tried anew."
)
