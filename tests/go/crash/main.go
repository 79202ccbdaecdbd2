// SPDX-License-Identifier: MIT

// Command crash: panics that come from traps, deep stacks, big allocations.
// With an argument it dies in the way that says, for go_status.rc to look at.
package main

import (
	"errors"
	"os"
	"runtime"
	"strings"
	"unsafe"

	"lguest/tests/go/t"
)

var zero int
var null *[1 << 20]byte

// caught runs f and tells what it panicked with; "" if it did not.
func caught(f func()) (text string) {
	defer func() {
		if r := recover(); r != nil {
			if err, ok := r.(error); ok {
				var re runtime.Error
				t.Check(errors.As(err, &re), "a runtime error", err)
				text = err.Error()
			} else {
				text = r.(string)
			}
		}
	}()
	f()
	return ""
}

// traps come as notes; the runtime's handler edits the Ureg to call panic.
func traps() {
	const fault = "invalid memory address or nil pointer dereference"
	for i := 0; i < 50; i++ {
		t.Check(strings.Contains(caught(func() { null[0] = 1 }), fault), "write to nil")
		t.Check(strings.Contains(caught(func() { zero = int(null[5]) }), fault), "read of nil")
		t.Equal("division", caught(func() { zero = 7 / (zero & 0) }), "runtime error: integer divide by zero")
	}
	t.Equal("index", caught(func() { s := []int{1}; s[zero&0+1]++ }),
		"runtime error: index out of range [1] with length 1")
	t.Equal("plain panic", caught(func() { panic("mine") }), "mine")
	t.Equal("nested", caught(func() {
		defer func() { panic(recover().(string) + " and again") }()
		panic("once")
	}), "once and again")
	done := make(chan string)
	for i := 0; i < 20; i++ {
		go func() { done <- caught(func() { null[1] = 1 }) }()
	}
	for i := 0; i < 20; i++ {
		t.Check(strings.Contains(<-done, fault), "in goroutines")
	}
}

func deep(n int, words [16]int) int {
	if n == 0 {
		return words[3]
	}
	words[n%16]++
	return deep(n-1, words) + words[n%16] - n%3
}

func flat(n int) (sum int) {
	var words [16]int
	stack := make([]int, 0, n)
	for i := n; i > 0; i-- {
		words[i%16]++
		stack = append(stack, words[i%16]-i%3)
	}
	sum = words[3]
	for _, v := range stack {
		sum += v
	}
	return sum
}

func stacks() {
	t.Equal("deep recursion", deep(30000, [16]int{}), flat(30000))
	sums := make(chan int)
	for i := 0; i < 8; i++ {
		go func() { sums <- deep(4000, [16]int{}) }()
	}
	for i := 0; i < 8; i++ {
		t.Equal("deep goroutines", <-sums, flat(4000))
	}
}

func big() {
	for i := 0; i < 4; i++ {
		b := make([]byte, 12<<20)
		for j := 0; j < len(b); j += 4096 {
			t.Check(b[j] == 0, "fresh memory is zero", j)
			b[j] = 0xff
		}
		runtime.GC()
	}
}

func die(how string) {
	switch how {
	case "exit":
		os.Exit(7)
	case "panic":
		panic("as asked")
	case "nil":
		null[0] = 1
	case "kernel": // no Go memory, so not a panic but a fatal error
		*(*byte)(unsafe.Pointer(uintptr(0xC0100000))) = 1
	case "deadlock":
		select {}
	case "overflow":
		zero = deep(1<<30, [16]int{})
	case "memory":
		var hold [][]byte
		for {
			hold = append(hold, make([]byte, 1<<20))
			for j := range hold[len(hold)-1] {
				hold[len(hold)-1][j] = 1
			}
		}
	case "note":
		t.Post("kill")
		select {}
	}
}

func main() {
	if len(os.Args) > 1 {
		die(os.Args[1])
	}
	traps()
	stacks()
	big()
	t.Done("crash")
}
