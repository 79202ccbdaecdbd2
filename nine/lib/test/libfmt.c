/* SPDX-License-Identifier: MIT */
/*
 * The print engine and the conversions of numbers.  The floating-point
 * table holds bit patterns and what a correct C library prints for them.
 */
#include "u.h"
#include "libc.h"

static int failed;

static void
same(char *what, char *got, char *want)
{
	if(strcmp(got, want) == 0)
		return;
	print("FAIL %s: got \"%s\" want \"%s\"\n", what, got, want);
	failed++;
}

#define	T(fmt, want, ...)	(snprint(buf, sizeof buf, fmt, __VA_ARGS__), same(fmt, buf, want))

static void
verbs(void)
{
	char buf[200];

	T("%d", "-42", -42);
	T("%5d|", "   42|", 42);
	T("%-5d|", "42   |", 42);
	T("%05d", "-0042", -42);
	T("%.8ux", "0000beef", 0xbeefU);
	T("%#x", "0xff", 255);
	T("%#X", "0XFF", 255);
	T("%x", "deadbeef", 0xdeadbeefU);
	T("%o", "10", 8);
	T("%#o", "010", 8);
	T("%b", "101", 5);
	T("%ud", "4294967295", -1);
	T("%u", "4294967295", -1);
	T("%lld", "-1234567890123", -1234567890123LL);
	T("%llud", "18446744073709551615", 18446744073709551615ULL);
	T("%llux", "123456789abcdef", 0x123456789abcdefULL);
	T("%,d", "1,234,567", 1234567);
	T("%,d", "-123", -123);
	T("%+d", "+5", 5);
	T("% d", " 5", 5);
	T("%hd", "9029", 0x12345);
	T("%hhd", "-1", 0x1ff);
	T("%c", "x", 'x');
	T("%C", "€", 0x20ac);
	T("%5C|", "    €|", 0x20ac);
	T("%s", "abc", "abc");
	T("%6s|", "   abc|", "abc");
	T("%-6s|", "abc   |", "abc");
	T("%.2s|", "ab|", "abc");
	T("%.2s|", "€€|", "€€€");
	T("%4s|", "   €|", "€");
	T("%s", "<nil>", (char*)nil);
	T("%q", "'it''s'", "it's");
	T("%q", "plain", "plain");
	T("%q", "''", "");
	T("%#q", "'plain'", "plain");
	T("%8q|", "   'a b'|", "a b");
	T("%-8q|", "'a b'   |", "a b");
	T("%*d", "   7", 4, 7);
	T("%-*d|", "7   |", 4, 7);
	T("%*d|", "7   |", -4, 7);
	T("%.*s", "xy", 2, "xyz");
	T("%%", "%", 0);
	T("%z", "%z%", 0);
	T("%p", "1234", (void*)0x1234);
	T("%.0d|", "|", 0);
	T("%.3d", "007", 7);
	T("%8.3d|", "     007|", 7);
	T("%lud", "4000000000", 4000000000UL);
	T("%lux", "ffffffff", -1L);
	T("a%db", "a3b", 3);
	T("%d%%", "50%", 50);
	T("%,lld", "12,345,678,901", 12345678901LL);
	T("%#llux", "0x10000000000", 1ULL<<40);
	T("%0*d", "000042", 6, 42);
}

typedef struct Flt Flt;
struct Flt
{
	char	*fmt;
	uvlong	bits;
	char	*want;
};

static const Flt flts[] =
{
	{ "%+.2f", 0x437b69b4ba630f35ULL, "+123456789012345680.00" },
	{ "%-12.2f|", 0x23a065cf0becd7b0ULL, "0.00        |" },
	{ "%012.3f", 0x3fb999999999999aULL, "00000000.100" },
	{ "%-12.2f|", 0x058028d6099950d8ULL, "0.00        |" },
	{ "%012.3f", 0x444b1ae4d6e2ef50ULL, "1000000000000000000000.000" },
	{ "%.10e", 0x23445bb31738f7d9ULL, "8.5477421977e-139" },
	{ "%-12.2f|", 0x437b69b4ba630f35ULL, "123456789012345680.00|" },
	{ "%#g", 0x248e9cda94e3bf91ULL, "1.34776e-132" },
	{ "%12.3e|", 0x069876f82e44158bULL, "  6.901e-277|" },
	{ "%.17g", 0x3fd5555555555555ULL, "0.33333333333333331" },
	{ "%e", 0x1ac355266f03675aULL, "9.318012e-180" },
	{ "%e", 0x412e847f00000000ULL, "9.999995e+05" },
	{ "%f", 0x1944c9c3269e0d37ULL, "0.000000" },
	{ "%f", 0x058028d6099950d8ULL, "0.000000" },
	{ "%g", 0x1944c9c3269e0d37ULL, "5.97212e-187" },
	{ "%.17g", 0x412e847f00000000ULL, "999999.5" },
	{ "%.3g", 0x257982bd93bd04cfULL, "3.68e-128" },
	{ "%.3g", 0x3ca9d37952e6b438ULL, "1.79e-16" },
	{ "%.17g", 0x4480f0cf064dd592ULL, "1e+22" },
	{ "%.3g", 0x4004000000000000ULL, "2.5" },
	{ "%.0f", 0x1944c9c3269e0d37ULL, "0" },
	{ "%12.3e|", 0x1ac355266f03675aULL, "  9.318e-180|" },
	{ "%.3g", 0x3ff0000000000000ULL, "1" },
	{ "%#g", 0x229a98fb24ede6a4ULL, "5.45286e-142" },
	{ "%12.3e|", 0x437b69b4ba630f35ULL, "   1.235e+17|" },
	{ "%.10e", 0xbff8000000000000ULL, "-1.5000000000e+00" },
	{ "%.10e", 0x3ee9e0fcaf9380fcULL, "1.2340000000e-05" },
	{ "%e", 0x3ee9e0fcaf9380fcULL, "1.234000e-05" },
	{ "%e", 0x3fe5555555555555ULL, "6.666667e-01" },
	{ "%12.3e|", 0x3ca304171fb17c23ULL, "   1.319e-16|" },
	{ "%g", 0x3ca304171fb17c23ULL, "1.3195e-16" },
	{ "%e", 0x23a065cf0becd7b0ULL, "4.406306e-137" },
	{ "%g", 0xbff8000000000000ULL, "-1.5" },
	{ "%.10e", 0x0000000000000000ULL, "0.0000000000e+00" },
	{ "%#g", 0x0000000000000001ULL, "4.94066e-324" },
	{ "%g", 0x0e263464f9ebdaccULL, "1.66501e-240" },
	{ "%012.3f", 0x23445bb31738f7d9ULL, "00000000.000" },
	{ "%g", 0x8000000000000000ULL, "-0" },
	{ "%.10e", 0x348fc209128b2f33ULL, "1.6189867119e-55" },
	{ "%.0f", 0x06063a04892f902bULL, "0" },
	{ "%e", 0x437b69b4ba630f35ULL, "1.234568e+17" },
	{ "%e", 0x0000000000000000ULL, "0.000000e+00" },
	{ "%#g", 0x3fd5555555555555ULL, "0.333333" },
	{ "%012.3f", 0x1ac355266f03675aULL, "00000000.000" },
	{ "%-12.2f|", 0x3fd5555555555555ULL, "0.33        |" },
	{ "%-12.2f|", 0x0000000000000000ULL, "0.00        |" },
	{ "%012.3f", 0x058028d6099950d8ULL, "00000000.000" },
	{ "%g", 0x1ac355266f03675aULL, "9.31801e-180" },
	{ "%12.3e|", 0x254fd23ca09f76b5ULL, "  5.738e-129|" },
	{ "%-12.2f|", 0x03171ff4a6a3a450ULL, "0.00        |" },
	{ "%#g", 0x23db41564ef8aa38ULL, "5.85911e-136" },
	{ "%.0f", 0x1ad32c904a23d596ULL, "0" },
	{ "%012.3f", 0x0000000000000001ULL, "00000000.000" },
	{ "%e", 0x032c78a7658cda14ULL, "2.228957e-293" },
	{ "%12.3e|", 0x7fefffffffffffffULL, "  1.798e+308|" },
	{ "%012.3f", 0x06063a04892f902bULL, "00000000.000" },
	{ "%-12.2f|", 0x0e263464f9ebdaccULL, "0.00        |" },
	{ "%e", 0x7fefffffffffffffULL, "1.797693e+308" },
	{ "%012.3f", 0x3fd5555555555555ULL, "00000000.333" },
	{ "%+.2f", 0x8000000000000000ULL, "-0.00" },
	{ "%e", 0x0e263464f9ebdaccULL, "1.665013e-240" },
	{ "%.3g", 0x3ff0147ae147ae14ULL, "1" },
	{ "%.0f", 0x412e848000000000ULL, "1000000" },
	{ "%g", 0x23db41564ef8aa38ULL, "5.85911e-136" },
	{ "%e", 0x40fe240c9fbe76c9ULL, "1.234568e+05" },
	{ "%12.3e|", 0x3ff0000000000000ULL, "   1.000e+00|" },
	{ "%e", 0x0885efabdbc496cbULL, "1.328726e-267" },
	{ "%e", 0x069876f82e44158bULL, "6.900560e-277" },
	{ "%012.3f", 0x3fe5555555555555ULL, "00000000.667" },
	{ "%f", 0x3ee9e0fcaf9380fcULL, "0.000012" },
	{ "%012.3f", 0x23db41564ef8aa38ULL, "00000000.000" },
	{ "%.3g", 0x285c2cce39263059ULL, "2.86e-114" },
	{ "%12.3e|", 0x257982bd93bd04cfULL, "  3.680e-128|" },
	{ "%+.2f", 0x444b1ae4d6e2ef50ULL, "+1000000000000000000000.00" },
	{ "%12.3e|", 0x0e263464f9ebdaccULL, "  1.665e-240|" },
	{ "%.17g", 0x06063a04892f902bULL, "1.2244687060864793e-279" },
	{ "%.3g", 0x254fd23ca09f76b5ULL, "5.74e-129" },
	{ "%.17g", 0x03f58c3cf29d0da9ULL, "1.381933727522027e-289" },
	{ "%f", 0x4023ffffef39085fULL, "9.999999" },
	{ "%e", 0x3f1a36e2e6b65cccULL, "1.000000e-04" },
	{ "%f", 0x3ff0147ae147ae14ULL, "1.005000" },
	{ "%e", 0xbff8000000000000ULL, "-1.500000e+00" },
	{ "%.3g", 0x3fe0000000000000ULL, "0.5" },
	{ "%.3g", 0x412e848000000000ULL, "1e+06" },
	{ "%-12.2f|", 0x229a98fb24ede6a4ULL, "0.00        |" },
	{ "%-12.2f|", 0x3fe0000000000000ULL, "0.50        |" },
	{ "%.0f", 0x3fe0000000000000ULL, "0" },
	{ "%.10e", 0x0dbd9d7381e74ef5ULL, "1.7349057328e-242" },
	{ "%-12.2f|", 0x248e9cda94e3bf91ULL, "0.00        |" },
	{ "%f", 0x23a065cf0becd7b0ULL, "0.000000" },
	{ "%g", 0x444b1ae4d6e2ef50ULL, "1e+21" },
	{ "%.17g", 0x03c8776d6cad4a26ULL, "1.9614004842990944e-290" },
	{ "%.3g", 0x3fb999999999999aULL, "0.1" },
	{ "%.0f", 0x3fe5555555555555ULL, "1" },
	{ "%012.3f", 0x4004000000000000ULL, "00000002.500" },
	{ "%e", 0x4480f0cf064dd592ULL, "1.000000e+22" },
	{ "%+.2f", 0x3f1a36e2e6b65cccULL, "+0.00" },
	{ "%.10e", 0x3fb999999999999aULL, "1.0000000000e-01" },
	{ "%.17g", 0x3ca304171fb17c23ULL, "1.3194985271925108e-16" },
	{ "%-12.2f|", 0x257982bd93bd04cfULL, "0.00        |" },
	{ "%012.3f", 0x243064b3d3ac94afULL, "00000000.000" },
	{ "%+.2f", 0x40fe240c9fbe76c9ULL, "+123456.79" },
	{ "%#g", 0xbff8000000000000ULL, "-1.50000" },
	{ "%.10e", 0x2ba5eea5d0eda82fULL, "2.0054598592e-98" },
	{ "%.17g", 0x0f6705c911e20b8fULL, "1.8102049238712094e-234" },
	{ "%.0f", 0x444b1ae4d6e2ef50ULL, "1000000000000000000000" },
	{ "%.0f", 0x0000000000000000ULL, "0" },
	{ "%.0f", 0x03c8776d6cad4a26ULL, "0" },
	{ "%-12.2f|", 0x3ff0147ae147ae14ULL, "1.00        |" },
	{ "%+.2f", 0x1944c9c3269e0d37ULL, "+0.00" },
	{ "%-12.2f|", 0x348fc209128b2f33ULL, "0.00        |" },
	{ "%g", 0x3fb999999999999aULL, "0.1" },
	{ "%.3g", 0x1944c9c3269e0d37ULL, "5.97e-187" },
	{ "%+.2f", 0x032c78a7658cda14ULL, "+0.00" },
	{ "%e", 0x3fe0000000000000ULL, "5.000000e-01" },
	{ "%f", 0x3fe5555555555555ULL, "0.666667" },
	{ "%.10e", 0x229a98fb24ede6a4ULL, "5.4528583280e-142" },
	{ "%g", 0x285c2cce39263059ULL, "2.86026e-114" },
	{ "%f", 0x40f86a0000000000ULL, "100000.000000" },
	{ "%+.2f", 0x3a3897650ed90475ULL, "+0.00" },
	{ "%-12.2f|", 0x3ff0000000000000ULL, "1.00        |" },
	{ "%f", 0x3fd5555555555555ULL, "0.333333" },
	{ "%12.3e|", 0x1944c9c3269e0d37ULL, "  5.972e-187|" },
	{ "%12.3e|", 0x032c78a7658cda14ULL, "  2.229e-293|" },
	{ "%.17g", 0x7fefffffffffffffULL, "1.7976931348623157e+308" },
	{ "%e", 0x0000000000000001ULL, "4.940656e-324" },
	{ "%12.3e|", 0x3fe5555555555555ULL, "   6.667e-01|" },
	{ "%.17g", 0x23a065cf0becd7b0ULL, "4.4063061372659076e-137" },
	{ "%.10e", 0x2489d9961e27a1c0ULL, "1.1380768141e-132" },
	{ "%g", 0x254fd23ca09f76b5ULL, "5.73838e-129" },
	{ "%#g", 0x3fe5555555555555ULL, "0.666667" },
	{ "%.0f", 0x3ee9e0fcaf9380fcULL, "0" },
	{ "%012.3f", 0xbff8000000000000ULL, "-0000001.500" },
	{ "%.10e", 0x412e847f00000000ULL, "9.9999950000e+05" },
	{ "%.3g", 0x058028d6099950d8ULL, "3.48e-282" },
	{ "%012.3f", 0x2489d9961e27a1c0ULL, "00000000.000" },
	{ "%.0f", 0x23a065cf0becd7b0ULL, "0" },
	{ "%.10e", 0x444b1ae4d6e2ef50ULL, "1.0000000000e+21" },
	{ "%.17g", 0x3fe5555555555555ULL, "0.66666666666666663" },
	{ "%012.3f", 0x0f6705c911e20b8fULL, "00000000.000" },
	{ "%.0f", 0x3fd5555555555555ULL, "0" },
	{ "%#g", 0x4023ffffef39085fULL, "10.0000" },
	{ "%.17g", 0x229a98fb24ede6a4ULL, "5.452858328033165e-142" },
	{ "%.3g", 0xbff8000000000000ULL, "-1.5" },
	{ "%12.3e|", 0x444b1ae4d6e2ef50ULL, "   1.000e+21|" },
	{ "%e", 0x0f6705c911e20b8fULL, "1.810205e-234" },
	{ "%012.3f", 0x3fe0000000000000ULL, "00000000.500" },
	{ "%g", 0x3ee9e0fcaf9380fcULL, "1.234e-05" },
	{ "%012.3f", 0x3ca9d37952e6b438ULL, "00000000.000" },
	{ "%.0f", 0x03f58c3cf29d0da9ULL, "0" },
	{ "%f", 0x069876f82e44158bULL, "0.000000" },
	{ "%.10e", 0x437b69b4ba630f35ULL, "1.2345678901e+17" },
	{ "%.3g", 0x0000000000000000ULL, "0" },
	{ "%e", 0x06063a04892f902bULL, "1.224469e-279" },
	{ "%12.3e|", 0x248e9cda94e3bf91ULL, "  1.348e-132|" },
	{ "%#g", 0x3ee9e0fcaf9380fcULL, "1.23400e-05" },
	{ "%.10e", 0x23db41564ef8aa38ULL, "5.8591108105e-136" },
	{ "%012.3f", 0x3ee9e0fcaf9380fcULL, "00000000.000" },
	{ "%+.2f", 0x3fb999999999999aULL, "+0.10" },
	{ "%f", 0x2ba5eea5d0eda82fULL, "0.000000" },
	{ "%12.3e|", 0x06063a04892f902bULL, "  1.224e-279|" },
	{ "%12.3e|", 0x23445bb31738f7d9ULL, "  8.548e-139|" },
	{ "%12.3e|", 0x3a3897650ed90475ULL, "   3.104e-28|" },
	{ "%f", 0x03f58c3cf29d0da9ULL, "0.000000" },
	{ "%012.3f", 0x2b2bff2ee48e0530ULL, "00000000.000" },
	{ "%f", 0x444b1ae4d6e2ef50ULL, "1000000000000000000000.000000" },
	{ "%+.2f", 0x229a98fb24ede6a4ULL, "+0.00" },
	{ "%.3g", 0x40fe240c9fbe76c9ULL, "1.23e+05" },
	{ "%.3g", 0x4023ffffef39085fULL, "10" },
	{ "%.0f", 0x0885efabdbc496cbULL, "0" },
	{ "%.0f", 0x254fd23ca09f76b5ULL, "0" },
	{ "%.17g", 0x23445bb31738f7d9ULL, "8.5477421977369962e-139" },
	{ "%+.2f", 0x23445bb31738f7d9ULL, "+0.00" },
	{ "%12.3e|", 0x2489d9961e27a1c0ULL, "  1.138e-132|" },
	{ "%g", 0x3fd5555555555555ULL, "0.333333" },
	{ "%-12.2f|", 0x254fd23ca09f76b5ULL, "0.00        |" },
	{ "%.3g", 0x23a065cf0becd7b0ULL, "4.41e-137" },
	{ "%f", 0x412e848000000000ULL, "1000000.000000" },
	{ "%g", 0x4023ffffef39085fULL, "10" },
	{ "%.3g", 0x032c78a7658cda14ULL, "2.23e-293" },
};

static double
real(uvlong bits)
{
	double d;

	memmove(&d, &bits, sizeof d);
	return d;
}

static void
floats(void)
{
	char buf[400];
	int i;

	for(i = 0; i < nelem(flts); i++){
		snprint(buf, sizeof buf, flts[i].fmt, real(flts[i].bits));
		same(flts[i].fmt, buf, flts[i].want);
	}
	T("%g", "NaN", NaN());
	T("%g %g", "Inf -Inf", Inf(1), Inf(-1));
}

/* seventeen digits name every double: there and back must change no bit */
static void
roundtrip(void)
{
	char buf[64], want[64], got[64];
	uvlong bits;
	double d;
	int i;

	srand(1);
	for(i = 0; i < 2000; i++){
		bits = (uvlong)lrand()<<33 ^ (uvlong)lrand()<<16 ^ lrand();
		if((bits>>52 & 0x7FF) == 0x7FF)
			continue;
		d = real(bits);
		snprint(buf, sizeof buf, "%.17g", d);
		d = strtod(buf, nil);
		memmove(&bits, &d, sizeof bits);
		snprint(got, sizeof got, "%.17g", real(bits));
		strcpy(want, buf);
		same("strtod", got, want);
	}
}

typedef struct Num Num;
struct Num
{
	char	*text;
	uvlong	bits;
	char	*rest;
};

static const Num nums[] =
{
	{ "1", 0x3ff0000000000000ULL, "" },
	{ "  -2.5e3x", 0xc0a3880000000000ULL, "x" },
	{ ".5", 0x3fe0000000000000ULL, "" },
	{ "5.", 0x4014000000000000ULL, "" },
	{ "1e", 0x3ff0000000000000ULL, "e" },
	{ "1e+", 0x3ff0000000000000ULL, "e+" },
	{ "0x10", 0x0000000000000000ULL, "x10" },
	{ "1e400", 0x7ff0000000000000ULL, "" },
	{ "1e-400", 0x0000000000000000ULL, "" },
	{ "4.9e-324", 0x0000000000000001ULL, "" },
	{ "2.4703282292062327e-324", 0x0000000000000000ULL, "" },
	{ "2.4703282292062328e-324", 0x0000000000000001ULL, "" },
	{ "9007199254740993", 0x4340000000000000ULL, "" },
	{ "9007199254740992.5", 0x4340000000000000ULL, "" },
	{ "179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587207096330286416692887910946555547851940402630657488671505820681908902000708383676273854845817711531764475730270069855571366959622842914819860834936475292719074168444365510704342711559699508093042880", 0x7cd203af9ee75615ULL, "" },
	{ "1.00000000000000011102230246251565404236316680908203125", 0x3ff0000000000000ULL, "" },
	{ "1.00000000000000011102230246251565404236316680908203124", 0x3ff0000000000000ULL, "" },
	{ "1.00000000000000011102230246251565404236316680908203126", 0x3ff0000000000001ULL, "" },
	{ "123456789e-12", 0x3f202e85be111841ULL, "" },
	{ "2.2250738585072011e-308", 0x000fffffffffffffULL, "" },
};

static void
text(void)
{
	char got[64], want[64], *end;
	uvlong bits;
	double d;
	int i;

	for(i = 0; i < nelem(nums); i++){
		d = strtod(nums[i].text, &end);
		memmove(&bits, &d, sizeof bits);
		snprint(got, sizeof got, "%.16llux %s", bits, end);
		snprint(want, sizeof want, "%.16llux %s", nums[i].bits, nums[i].rest);
		same(nums[i].text, got, want);
	}
}

static void
integers(void)
{
	char buf[100], *e;

	T("%ld", "-123", strtol(" -123x", &e, 10));
	same("strtol end", e, "x");
	T("%ld", "255", strtol("0xff", nil, 0));
	T("%ld", "8", strtol("010", nil, 0));
	T("%ld", "0", strtol("zz", &e, 10));
	same("strtol none", e, "zz");
	T("%ld", "2147483647", strtol("99999999999", nil, 10));
	T("%ld", "-2147483648", strtol("-99999999999", nil, 10));
	T("%lud", "4294967295", strtoul("99999999999", nil, 10));
	T("%lud", "4294967295", strtoul("-1", nil, 10));
	T("%lld", "-9223372036854775808", strtoll("-9223372036854775808", nil, 10));
	T("%llud", "18446744073709551615", strtoull("18446744073709551616", nil, 10));
	T("%ld", "35", strtol("z", nil, 36));
	T("%d", "16", atoi("0x10"));
	T("%lld", "-3", -7LL/2);
	T("%lld", "-1", -7LL%2);
	T("%llud", "4294967297", 0xFFFFFFFFFFFFFFFFULL/0xFFFFFFFFULL);
	T("%llud", "1", 0xFFFFFFFFFFFFFFFFULL/0xFFFFFFFFFFFFFFFEULL);
}

static void
truncation(void)
{
	char buf[16], *p;

	memset(buf, 'x', sizeof buf);
	snprint(buf, 5, "%s", "abcdefgh");
	same("snprint", buf, "abcd");
	snprint(buf, 6, "ab\u20ac\u20ac");
	same("snprint rune", buf, "ab\u20ac");
	p = seprint(buf, buf+4, "%d", 123456);
	T("%d", "3", (int)(p-buf));
}

static int
pairfmt(Fmt *f)
{
	int a;

	a = va_arg(f->args, int);
	return fmtprint(f, "<%d,%d>", a, va_arg(f->args, int));
}

static void
installed(void)
{
	char buf[64], *s;

	fmtinstall('P', pairfmt);
	T("%P %d", "<1,2> 3", 1, 2, 3);
	s = smprint("%0200d", 7);
	T("%d", "200", s ? (int)strlen(s) : -1);
	free(s);
	werrstr("why %d", 5);
	T("%r", "why 5", 0);
}

void
main(void)
{
	verbs();
	floats();
	roundtrip();
	text();
	integers();
	truncation();
	installed();
	if(failed)
		exits("failed");
	print("ok libfmt\n");
	exits(nil);
}
