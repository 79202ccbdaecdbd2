# launcher/: out/lguest, the program users start.

LAUNCHER_SRCS	:= $(sort $(wildcard launcher/*.c))
LAUNCHER_OBJS	:= $(LAUNCHER_SRCS:%.c=$(O)/%.o)

$(O)/launcher/%.o: launcher/%.c
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -D_GNU_SOURCE -c -o $@ $<

# DEBUG_LIBS and HOST_LIBS: what the other two archives need.
$(O)/lguest: $(LAUNCHER_OBJS) $(O)/libdevices.a $(O)/libdebug.a $(O)/libhost.a
	$(CC) $(HOSTCFLAGS) $(LDFLAGS) -o $@ $^ $(DEBUG_LIBS) $(HOST_LIBS) -lz

ALL += $(O)/lguest
