// SPDX-License-Identifier: MIT

// Command math: floating point as the FPU does it, and as Go prints it; 64-bit
// integers on a 32-bit machine.  Wanted values are constants from elsewhere.
package main

import (
	"fmt"
	"math"
	"math/big"
	"math/bits"
	"math/cmplx"
	"runtime"
	"strconv"
	"sync"
	"time"

	"lguest/tests/go/t"
)

func functions() {
	for _, c := range []struct {
		name string
		got  float64
		want string
	}{
		{"sqrt", math.Sqrt(2), "1.4142135623730951"},
		{"sin", math.Sin(1), "0.8414709848078965"},
		{"cos", math.Cos(1), "0.5403023058681398"},
		{"atan", math.Atan(1), "0.7853981633974483"},
		{"exp", math.Exp(1), "2.718281828459045"},
		{"log", math.Log(10), "2.302585092994046"},
		{"log2", math.Log2(10), "3.321928094887362"},
		{"pow", math.Pow(2, 0.5), "1.4142135623730951"},
		{"cbrt", math.Cbrt(27), "3"},
		{"hypot", math.Hypot(3, 4), "5"},
		{"gamma", math.Gamma(5), "24"},
		{"mod", math.Mod(10, 3.7), "2.5999999999999996"},
		{"floor", math.Floor(-1.5), "-2"},
		{"even", math.RoundToEven(2.5), "2"},
		{"smallest", math.SmallestNonzeroFloat64, "5e-324"},
		{"largest", math.MaxFloat64, "1.7976931348623157e+308"},
		{"inf", math.Inf(-1), "-Inf"},
		{"nan", math.Sqrt(-1), "NaN"},
		{"third", 1 / func() float64 { return 3 }(), "0.3333333333333333"},
		{"abs", cmplx.Abs(3 + 4i), "5"},
	} {
		t.Equal(c.name, fmt.Sprintf("%g", c.got), c.want)
	}
	x, zero := 0.1, 0.0
	t.Equal("bits of 0.1+0.2", math.Float64bits(x+0.2), uint64(0x3fd3333333333334))
	t.Equal("single", math.Float32bits(float32(x)), uint32(0x3dcccccd))
	t.Check(math.IsInf(1/zero, 1) && math.IsNaN(zero/zero), "no trap on division by zero")
	t.Check(math.Signbit(math.Copysign(0, -1)), "minus zero")
}

func printing() {
	t.Equal("formats", fmt.Sprintf("%e %.3f %8.2f|%-8.2f|%+g %x", 12345.678, 2.0/3, math.Pi, math.E, 1e21, 1.5),
		"1.234568e+04 0.667     3.14|2.72    |+1e+21 0x1.8p+00")
	f, err := strconv.ParseFloat("2.2250738585072011e-308", 64)
	t.Check(err == nil && math.Float64bits(f) == 0xfffffffffffff, "denormal", math.Float64bits(f))
	bad := 0
	x := uint64(88172645463325252)
	for i := 0; i < 20000; i++ {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		f := math.Float64frombits(x)
		g, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', -1, 64), 64)
		if f == f && (err != nil || f != g) {
			bad++
		}
	}
	t.Equal("there and back", bad, 0)
}

func integers() {
	a, b := uint64(0xfedcba9876543210), uint64(0x123456789)
	t.Equal("quotient", a/b, uint64(0xe0000000))
	t.Equal("remainder", a%b, uint64(0x96543210))
	m, n := int64(math.MinInt64), int64(-7)
	t.Equal("signed quotient", m/n, int64(1317624576693539401))
	t.Equal("signed remainder", m%n, int64(-1))
	hi, lo := bits.Mul64(a, a)
	t.Equal("high product", hi, uint64(0xfdbac097c8dc5acc))
	t.Equal("low product", lo, uint64(0xdeec6cd7a44a4100))
	t.Equal("leading zeros", bits.LeadingZeros64(b), 31)
	f := new(big.Int).MulRange(1, 50)
	t.Equal("50!", f.String(), "30414093201713378043612608166064768844377641568960512000000000000")
	p := new(big.Int).Exp(big.NewInt(3), big.NewInt(200), big.NewInt(1000000007))
	t.Equal("3^200 mod 1000000007", p.String(), "136318165")
}

// together: threads whose FPU state must not mix.
func together() {
	var wg sync.WaitGroup
	for i := 0; i < 6; i++ {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			runtime.LockOSThread()
			x, want := float64(i)+0.5, math.Sqrt(float64(i)+0.5)
			for end := time.Now().Add(150 * time.Millisecond); time.Now().Before(end); {
				for j := 0; j < 1000; j++ {
					if math.Sqrt(x) != want || x*3/3 != x {
						t.Check(false, "mixed up", i)
						return
					}
				}
			}
			t.Check(true, "kept")
		}(i)
	}
	wg.Wait()
}

func main() {
	functions()
	printing()
	integers()
	t.Within(5*time.Second, "together", together)
	t.Done("math")
}
