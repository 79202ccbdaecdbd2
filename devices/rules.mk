# devices/: an archive the Launcher and its tests link.

DEVICES_SRCS	:= $(sort $(wildcard devices/*.c))
DEVICES_OBJS	:= $(DEVICES_SRCS:%.c=$(O)/%.o)

$(O)/devices/%.o: devices/%.c
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -D_GNU_SOURCE -c -o $@ $<

$(O)/libdevices.a: $(DEVICES_OBJS)
	@rm -f $@
	$(AR) rcs $@ $^

ALL += $(O)/libdevices.a
