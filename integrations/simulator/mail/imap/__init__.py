"""An IMAP4rev1 server of our own, just large enough for a mail client that reads, waits, searches and files.

pymap was tried first. It serves IDLE and bytes exactly, but knows no SPECIAL-USE (a junk folder can only be guessed
by its name), and most faults that a client has to survive lie inside an answer: a BYE while idling, a FETCH that
ends in the middle of a literal, a body of NIL, a push that never comes. A proxy in front of it would have to
understand the protocol anyway; a server that can misbehave on order is the smaller and more honest thing.

Left out because no client of ours asks: ENVELOPE, BODYSTRUCTURE, COPY, MOVE, CREATE, and flag changes announced to
other sessions.
"""
