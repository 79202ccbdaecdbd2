// Programs for nine, built by Debian's Go for plan9/386: nothing is fetched.
module lguest/tests/go

go 1.19
