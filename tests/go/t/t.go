// SPDX-License-Identifier: MIT

// Package t counts checks: a program prints a FAIL line for each that failed
// and, if none did, one PASS line with their number, so that checks which
// never ran show too.
package t

import (
	"fmt"
	"os"
	"reflect"
	"sync"
	"time"
)

var (
	mutex          sync.Mutex
	passed, failed int
)

// Check notes whether ok; args say more if not.
func Check(ok bool, name string, args ...any) {
	mutex.Lock()
	defer mutex.Unlock()
	if ok {
		passed++
		return
	}
	failed++
	fmt.Println("FAIL", name, fmt.Sprint(args...))
}

// Equal compares what came out with what is known to be right.
func Equal(name string, got, want any) {
	Check(reflect.DeepEqual(got, want), name, fmt.Sprintf("got %#v, want %#v", got, want))
}

// NoError is for calls that must work.
func NoError(name string, err error) bool {
	Check(err == nil, name, err)
	return err == nil
}

// Within runs f and fails if it takes longer, in which case it goes on
// without it: a deadlock of one test must not hide the others.
func Within(limit time.Duration, name string, f func()) {
	done := make(chan bool)
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
		Check(true, name)
	case <-time.After(limit):
		Check(false, name, "still not done after ", limit)
	}
}

// Done ends the program.
func Done(program string) {
	mutex.Lock()
	defer mutex.Unlock()
	if failed == 0 {
		fmt.Printf("PASS %s: %d checks\n", program, passed)
		os.Exit(0)
	}
	fmt.Printf("FAIL %s: %d of %d checks\n", program, failed, passed+failed)
	os.Exit(1)
}

// Post sends the process that started as this program a note.
func Post(note string) {
	err := os.WriteFile(fmt.Sprintf("/proc/%d/note", os.Getpid()), []byte(note), 0)
	Check(err == nil, "post", note, err)
}
