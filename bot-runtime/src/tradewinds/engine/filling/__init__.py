"""What happens to orders inside a bar, and what came first."""
