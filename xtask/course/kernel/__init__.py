"""The Rust kernel: an unmodified evcxr, with a front part that adds what evcxr has not.

    python -m course.kernel KERNEL COURSE CONNECTION_FILE

Jupyter starts it, as the kernel's specification in `.course` says. It relays Jupyter's messages to
evcxr and back, and takes part where evcxr cannot:

    folder     a folder for each kernel, in which the course's crates are compiled already
    processor  what cargo compiles for
    evcxr      the process behind it: its ports, its start and its end
    wire       Jupyter's messages: signed, packed and read
    relay      the loop: who gets which message
    places     what a program shows while its cell runs (crate/live)
    widgets    sliders, and the protocol that they speak
    interrupt  a stop that keeps the variables
    private    a network of the kernel's own, for a machine that several people use

What an error means in the words of the lessons, and what Shift + Tab shows, is in `course.explain`.
"""
