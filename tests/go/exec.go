// Processes, pipes, environment, files and notes as package os sees them.
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

func check(ok bool, what ...interface{}) {
	if !ok {
		fmt.Println(append([]interface{}{"FAIL"}, what...)...)
		os.Exit(1)
	}
	fmt.Println("ok", what[0])
}

func commands() {
	out, err := exec.Command("/bin/echo", "hello", "from nine").Output()
	check(err == nil && string(out) == "hello from nine\n", "echo", string(out), err)

	cat := exec.Command("/bin/cat")
	cat.Stdin = strings.NewReader(strings.Repeat("0123456789abcdef", 8192))
	out, err = cat.Output()
	check(err == nil && len(out) == 131072, "128 KB through cat", len(out), err)

	err = exec.Command("/bin/rc", "-c", "exit 'out of luck'").Run()
	check(err != nil && strings.Contains(err.Error(), "out of luck"), "exit status", err)

	_, err = exec.Command("/bin/no-such-program").Output()
	check(err != nil && strings.Contains(err.Error(), "does not exist"), "no such program", err)

	rc := exec.Command("/bin/rc", "-c", "echo $greeting; cd /tmp; pwd")
	rc.Env = append(os.Environ(), "greeting=bonjour")
	out, err = rc.Output()
	check(err == nil && string(out) == "bonjour\n/tmp\n", "environment", string(out), err)
}

func pipeline() {
	a := exec.Command("/bin/seq", "1000")
	b := exec.Command("/bin/grep", "7")
	c := exec.Command("/bin/wc", "-l")
	b.Stdin, _ = a.StdoutPipe()
	c.Stdin, _ = b.StdoutPipe()
	var out bytes.Buffer
	c.Stdout = &out
	for _, cmd := range []*exec.Cmd{c, b, a} {
		if err := cmd.Start(); err != nil {
			check(false, "start", err)
		}
	}
	for _, cmd := range []*exec.Cmd{a, b, c} {
		if err := cmd.Wait(); err != nil {
			check(false, "wait", cmd.Path, err)
		}
	}
	check(strings.TrimSpace(out.String()) == "271", "seq | grep | wc", out.String())
}

func kill() {
	start := time.Now()
	cmd := exec.Command("/bin/sleep", "60")
	if err := cmd.Start(); err != nil {
		check(false, "sleep", err)
	}
	time.Sleep(50 * time.Millisecond)
	cmd.Process.Kill()
	err := cmd.Wait()
	check(err != nil && time.Since(start) < 10*time.Second, "a killed process", err)
}

func many() {
	for i := 0; i < 50; i++ {
		if err := exec.Command("/bin/test", "-d", "/bin").Run(); err != nil {
			check(false, "run", i, err)
		}
	}
	check(true, "50 processes")
}

func files() {
	dir, err := os.MkdirTemp("", "go")
	check(err == nil, "a temporary directory", err)
	name := filepath.Join(dir, "file")
	check(os.WriteFile(name, []byte("one\ntwo\n"), 0640) == nil, "write")
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	check(err == nil, "open", err)
	f.Seek(4, io.SeekStart)
	f.Write([]byte("TWO"))
	f.Close()
	data, err := os.ReadFile(name)
	check(err == nil && string(data) == "one\nTWO\n", "read", string(data), err)
	check(os.Rename(name, filepath.Join(dir, "moved")) == nil, "rename")
	info, err := os.Stat(filepath.Join(dir, "moved"))
	check(err == nil && info.Size() == 8 && info.Mode() == 0640, "stat", info, err)
	check(os.Remove(dir) != nil, "a directory that is not empty stays")
	check(os.RemoveAll(dir) == nil, "remove")
	_, err = os.Stat(dir)
	check(os.IsNotExist(err), "is not there any more", err)
}

func main() {
	commands()
	pipeline()
	kill()
	many()
	files()
	fmt.Println("PASS")
}
