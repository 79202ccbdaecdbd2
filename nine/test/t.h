/*
 * What tests have in common: each check prints "ok name" or "FAIL name: why";
 * the program fails if one did.
 */
static int	failed;

static int
check(int good, char *name)
{
	char err[ERRMAX];

	if(good){
		print("ok %s\n", name);
		return 1;
	}
	err[0] = 0;
	errstr(err, sizeof err);
	print("FAIL %s: %s\n", name, err);
	failed++;
	return 0;
}

/* The last call must have failed with this text. */
static int
checkerr(int failedcall, char *want, char *name)
{
	char err[ERRMAX];

	err[0] = 0;
	errstr(err, sizeof err);
	if(failedcall && strcmp(err, want) == 0){
		print("ok %s\n", name);
		return 1;
	}
	print("FAIL %s: wanted '%s', got %s '%s'\n", name, want,
		failedcall ? "error" : "success after", err);
	failed++;
	return 0;
}

static void
done(void)
{
	USED(checkerr);
	exits(failed ? "failed" : nil);
}
