"""`kubectl tradewinds`: what a person types beside `kubectl` to look at what trades and to stop it.

It is the standard library, click and `kubectl` itself as a subprocess, so that every kubeconfig,
login and proxy works as it does there, and nothing heavy is loaded before the answer.
"""
