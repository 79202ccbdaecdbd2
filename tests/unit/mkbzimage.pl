# SPDX-License-Identifier: MIT
# perl mkbzimage.pl OUT NAME=VALUE...: a bzImage.  code=FILE is what runs at 1
# MiB, payload=FILE the packed kernel behind it; other names are fields of the
# setup header; tail=N cuts N bytes off.  All checks are the reader's business.
use strict;
use warnings;

my $out = shift;
my %f = (sects => 2, protocol => 0x20a, loadflags => 1, code32 => 0x100000, init_size => 0, xload => 0, tail => 0,
	header => 0x66, banner => '', code => '', payload => '', offset => -1, length => -1);
for (@ARGV) {
	my ($name, $value) = /^(\w+)=(.*)$/s or die "bad argument $_\n";
	exists $f{$name} or die "no field $name\n";
	$f{$name} = $value =~ /^0x/ ? hex $value : $value;
}

sub slurp {
	my $name = shift;
	return '' if $name eq '';
	open my $in, '<:raw', $name or die "$name: $!\n";
	local $/;
	return scalar <$in>;
}

my $code = slurp($f{code});
my $payload = slurp($f{payload});
my $setup = "\0" x (($f{sects} + 1) * 512);
sub put { my ($at, $bytes) = @_; substr($setup, $at, length $bytes) = $bytes; }
put(0x1f1, pack 'C', $f{sects});
put(0x1fe, pack 'v', 0xaa55);
put(0x200, pack 'CC', 0xeb, $f{header});
put(0x202, 'HdrS');
put(0x206, pack 'v', $f{protocol});
put(0x20e, pack 'v', 0x400 - 0x200) if $f{banner} ne '';
put(0x211, pack 'C', $f{loadflags});
put(0x214, pack 'V', $f{code32});
put(0x236, pack 'v', $f{xload});
put(0x248, pack 'VV', $f{offset} >= 0 ? $f{offset} : length $code, $f{length} >= 0 ? $f{length} : length $payload);
put(0x260, pack 'V', $f{init_size});
put(0x400, "$f{banner}\0") if $f{banner} ne '';
my $all = $setup . $code . $payload;
$all = substr $all, 0, length($all) - $f{tail} if $f{tail};
open my $to, '>:raw', $out or die "$out: $!\n";
print $to $all;
close $to or die "$out: $!\n";
