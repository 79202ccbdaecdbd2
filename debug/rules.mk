# debug/: crash report and flight recorder, an archive the Launcher links.

DEBUG_SRCS	:= $(sort $(wildcard debug/*.c))
DEBUG_OBJS	:= $(DEBUG_SRCS:%.c=$(O)/%.o)
DEBUG_LIBS	:= -ldw -lelf -lZydis

$(O)/debug/%.o: debug/%.c
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -c -o $@ $<

$(O)/libdebug.a: $(DEBUG_OBJS)
	@rm -f $@
	$(AR) rcs $@ $^

ALL += $(O)/libdebug.a
