# doc/book.md: the comment paragraphs of the code in reading order.

BOOK_SRCS = $(sort $(wildcard launcher/*.[ch] host/*.[chS] switcher/*.[chS] devices/*.[ch] debug/*.[ch]))

doc/book.md: doc/book.awk $(BOOK_SRCS)
	awk -f doc/book.awk $(BOOK_SRCS) >$@.new
	mv $@.new $@

book: doc/book.md
