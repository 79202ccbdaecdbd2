// SPDX-License-Identifier: MIT

// Command exec: other programs, started through os/exec.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"lguest/tests/go/t"
)

func output(name string, arg ...string) string {
	b, err := exec.Command(name, arg...).Output()
	if err != nil {
		return "error: " + err.Error()
	}
	return string(b)
}

func simple() {
	t.Equal("echo", output("/bin/echo", "one", "two words"), "one two words\n")
	t.Equal("by path", output("echo", "-n", "x"), "x")
	t.Equal("rc", output("rc", "-c", "for(i in 1 2 3) echo -n $i"), "123")
	_, err := exec.LookPath("nosuchprogram")
	t.Check(errors.Is(err, exec.ErrNotFound), "look path", err)
	err = exec.Command("/bin/nosuchprogram").Run()
	t.Check(errors.Is(err, os.ErrNotExist), "not exist", err)
	err = exec.Command("/lib/namespace").Run()
	t.Check(err != nil, "not a program")
}

func statuses() {
	err := exec.Command("rc", "-c", "exit oops").Run()
	var e *exec.ExitError
	if errors.As(err, &e) {
		t.Check(!e.Success() && strings.Contains(e.String(), "oops"), "status", e.String())
	} else {
		t.Check(false, "exit error", err)
	}
	t.NoError("good status", exec.Command("rc", "-c", "exit ''").Run())
	err = exec.Command(os.Args[0], "exit").Run()
	t.Check(errors.As(err, &e) && e.ExitCode() != 0 && strings.Contains(e.String(), "3"), "own status", err)
}

func cat() {
	cmd := exec.Command("cat")
	in, _ := cmd.StdinPipe()
	out, _ := cmd.StdoutPipe()
	if !t.NoError("start cat", cmd.Start()) {
		return
	}
	want := strings.Repeat("the quick brown fox\n", 20000)
	go func() {
		io.WriteString(in, want)
		in.Close()
	}()
	got, err := io.ReadAll(out)
	t.Check(err == nil && string(got) == want, "cat", len(got), err)
	t.NoError("wait", cmd.Wait())

	cmd = exec.Command("sort", "-r")
	cmd.Stdin = strings.NewReader("b\nc\na\n")
	b, err := cmd.CombinedOutput()
	t.Check(err == nil && string(b) == "c\nb\na\n", "sort", string(b), err)

	var errs bytes.Buffer
	cmd = exec.Command("cat", "/nosuchfile")
	cmd.Stderr = &errs
	err = cmd.Run()
	t.Check(err != nil && strings.Contains(errs.String(), "does not exist"), "stderr", errs.String(), err)
}

// itself runs this program again, with a directory and environment of its own.
func itself() {
	cmd := exec.Command(os.Args[0], "show", "a b", "")
	cmd.Dir = "/lib"
	cmd.Env = []string{"only=this", "path=/bin"}
	b, err := cmd.Output()
	t.NoError("show", err)
	t.Equal("shown", string(b), `["a b" ""] /lib "this" ""`)
}

func parallel() {
	var wg sync.WaitGroup
	for i := 0; i < 10; i++ {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			for j := 0; j < 3; j++ {
				word := fmt.Sprint(i, j)
				t.Equal("parallel", output("echo", word), word+"\n")
			}
		}(i)
	}
	wg.Wait()
}

func killing() {
	cmd := exec.Command("sleep", "100")
	if !t.NoError("start sleep", cmd.Start()) {
		return
	}
	t.NoError("kill", cmd.Process.Kill())
	t.Check(cmd.Wait() != nil, "killed")

	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	start := time.Now()
	err := exec.CommandContext(ctx, "sleep", "100").Run()
	t.Check(err != nil && time.Since(start) < 5*time.Second, "timeout", err, time.Since(start))
}

// large: more than a page of arguments.
func large() {
	args := []string{"count"}
	for i := 0; i < 2000; i++ {
		args = append(args, fmt.Sprintf("argument-number-%06d", i))
	}
	t.Equal("large", output(os.Args[0], args...), "2000 44000")
}

func child() {
	switch os.Args[1] {
	case "exit":
		os.Exit(3)
	case "show":
		wd, _ := os.Getwd()
		fmt.Printf("%q %s %q %q", os.Args[2:], wd, os.Getenv("only"), os.Getenv("fromrc"))
	case "count":
		n := 0
		for _, a := range os.Args[2:] {
			n += len(a)
		}
		fmt.Print(len(os.Args)-2, " ", n)
	}
	os.Exit(0)
}

func main() {
	if len(os.Args) > 1 {
		child()
	}
	simple()
	statuses()
	t.Within(5*time.Second, "pipes", cat)
	itself()
	t.Within(5*time.Second, "parallel", parallel)
	t.Within(6*time.Second, "kill", killing)
	large()
	t.Done("exec")
}
