"""What the course does in Python: it runs notebooks in fresh kernels, proves the exercises, and makes the book.

`cargo xtask setup` makes this package known to the course's environment; each program is a module: `-m course.runner`.
"""
