/* SPDX-License-Identifier: MIT */
/* The user's terminal: raw while the guest has it, as it was ever after. */
#ifndef LAUNCHER_TERMINAL_H
#define LAUNCHER_TERMINAL_H

/* Raw mode, if we are in the foreground; undone at exit and by deadly signals. */
void terminal_raw(int fd);
/* As it was.  Async-signal-safe; any number of times. */
void terminal_restore(void);
/* Give the terminal back and stop, as Ctrl-z would; returns when continued. */
void terminal_suspend(void);
/* Raw again after somebody continued us, if it was raw before. */
void terminal_continue(void);

/* Its size in characters: 0, or -1: it is no terminal. */
int terminal_size(int fd, unsigned *rows, unsigned *cols);

#endif
