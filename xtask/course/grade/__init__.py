"""Grades students' notebooks by the course's own checks: `cargo xtask grade FOLDER…`.

    submissions.py   which files there are, and whose
    answers.py       which cells of a notebook answer an exercise, and which cells that answer needs
    kernel.py        a kernel in a sandbox, with limits
    judge.py         runs one notebook, as a process of its own
    report.py        the tables and the pages
"""
