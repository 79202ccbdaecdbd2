// SPDX-License-Identifier: MIT

// Command notes: os/signal on notes that come from others, and from itself,
// while goroutines compute, sleep, and sit in system calls.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"lguest/tests/go/t"
)

func receive(c <-chan os.Signal, want string) {
	select {
	case s := <-c:
		t.Equal("note", s.String(), want)
	case <-time.After(3 * time.Second):
		t.Check(false, "note", want, " did not come")
	}
}

func own() {
	c := make(chan os.Signal, 10)
	signal.Notify(c, os.Interrupt, syscall.Note("hangup"), syscall.Note("alarm"))
	me, _ := os.FindProcess(os.Getpid())
	for _, note := range []string{"interrupt", "hangup", "alarm"} {
		t.NoError("post", me.Signal(syscall.Note(note)))
		receive(c, note)
	}
	for i := 0; i < 20; i++ {
		t.Post("interrupt")
		receive(c, "interrupt")
	}
	signal.Stop(c)
}

// busy: notes do not disturb arithmetic, allocation, or a blocked read.
func busy() {
	c := make(chan os.Signal, 100)
	signal.Notify(c, syscall.Note("hangup"))
	defer signal.Stop(c)
	var stop int32
	sums := make(chan float64)
	for i := 0; i < 3; i++ {
		go func() {
			bad := 0.0
			for atomic.LoadInt32(&stop) == 0 {
				sum := 0.0
				for j := 1; j <= 1000; j++ {
					sum += 1 / float64(j)
				}
				if sum < 7.485470860550343 || sum > 7.485470860550346 {
					bad++
				}
				s := make([]byte, 1000)
				s[len(fmt.Sprint(sum))] = 1
			}
			sums <- bad
		}()
	}
	r, w, _ := os.Pipe()
	line := make(chan string)
	go func() {
		b := make([]byte, 10)
		n, err := r.Read(b)
		for err != nil && strings.Contains(err.Error(), "interrupted") {
			n, err = r.Read(b)
		}
		line <- string(b[:n])
	}()
	for i := 0; i < 30; i++ {
		t.Post("hangup")
		time.Sleep(2 * time.Millisecond)
	}
	receive(c, "hangup")
	atomic.StoreInt32(&stop, 1)
	for i := 0; i < 3; i++ {
		t.Equal("sums", <-sums, 0.0)
	}
	w.Write([]byte("whole"))
	t.Equal("read", <-line, "whole")
}

// others: caught and default notes, seen from outside.
func others() {
	start := func(how string) *exec.Cmd {
		cmd := exec.Command(os.Args[0], how)
		out, _ := cmd.StdoutPipe()
		t.NoError("start", cmd.Start())
		out.Read(make([]byte, 10))
		return cmd
	}
	cmd := start("wait")
	t.NoError("signal", cmd.Process.Signal(os.Interrupt))
	err := cmd.Wait()
	t.Check(err != nil && strings.Contains(err.Error(), "interrupt"), "default dies", err)
	cmd = start("catch")
	t.NoError("signal", cmd.Process.Signal(os.Interrupt))
	t.NoError("caught", cmd.Wait())
	cmd = start("wait")
	t.NoError("kill", cmd.Process.Kill())
	t.Check(cmd.Wait() != nil, "kill")
}

func child(how string) {
	c := make(chan os.Signal, 1)
	if how == "catch" {
		signal.Notify(c, os.Interrupt)
	}
	fmt.Println("ready")
	select {
	case <-c:
		os.Exit(0)
	case <-time.After(3 * time.Second):
		os.Exit(9)
	}
}

func main() {
	if len(os.Args) > 1 {
		child(os.Args[1])
	}
	own()
	t.Within(4*time.Second, "busy", busy)
	t.Within(9*time.Second, "others", others)
	t.Done("notes")
}
