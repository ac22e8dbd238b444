"""What every long-running verb shares: sockets, signals, logs, metrics, exits, canonical objects.

`trade`, `gateway`, `collect`, `work` and `up` are processes with the same manners: they listen on
a Unix socket or a port, answer `/healthz`, `/readyz` and `/metrics`, log JSON on stderr, end
within ten seconds of SIGTERM, die with their parent and say by their exit code who must act.
Nothing here knows what a verb does, and nothing does work on import.
"""
