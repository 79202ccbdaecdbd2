// SPDX-License-Identifier: MIT

// Command files: what package os makes of nine's files, directories and
// environment.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"time"

	"lguest/tests/go/t"
)

const dir = "/tmp/gofiles"

// pattern is n bytes no two blocks of which are equal.
func pattern(n int) []byte {
	b := make([]byte, n)
	x := uint32(2463534242)
	for i := range b {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		b[i] = byte(x)
	}
	return b
}

func contents() {
	name := dir + "/data"
	want := pattern(300001)
	if !t.NoError("write", os.WriteFile(name, want, 0640)) {
		return
	}
	got, err := os.ReadFile(name)
	t.NoError("read", err)
	t.Check(bytes.Equal(got, want), "contents")
	st, err := os.Stat(name)
	t.NoError("stat", err)
	t.Equal("size", st.Size(), int64(300001))
	t.Equal("mode", st.Mode().Perm(), fs.FileMode(0640))
	t.Check(time.Since(st.ModTime()) < 5*time.Second, "mtime", st.ModTime())

	f, err := os.OpenFile(name, os.O_RDWR, 0)
	t.NoError("open", err)
	part := make([]byte, 5000)
	n, err := f.ReadAt(part, 123457)
	t.Check(n == 5000 && err == nil && bytes.Equal(part, want[123457:128457]), "read at", n, err)
	n, err = f.ReadAt(part, 300000)
	t.Check(n == 1 && err == io.EOF, "read at the end", n, err)
	_, err = f.WriteAt([]byte("beyond"), 400000)
	t.NoError("write beyond the end", err)
	_, err = f.ReadAt(part, 350000)
	t.Check(err == nil && bytes.Equal(part, make([]byte, 5000)), "a hole is zero", err)
	off, err := f.Seek(-6, io.SeekEnd)
	t.Check(err == nil && off == 400000, "seek", off, err)
	rest, _ := io.ReadAll(f)
	t.Equal("tail", string(rest), "beyond")
	t.NoError("truncate", f.Truncate(10))
	st, _ = f.Stat()
	t.Equal("truncated", st.Size(), int64(10))
	t.NoError("close", f.Close())
	_, err = f.Write([]byte("x"))
	t.Check(errors.Is(err, os.ErrClosed), "write after close", err)

	f, _ = os.OpenFile(name, os.O_WRONLY|os.O_TRUNC, 0)
	for i := 0; i < 1000; i++ {
		fmt.Fprintf(f, "%06d\n", i)
	}
	f.Close()
	got, _ = os.ReadFile(name)
	t.Check(len(got) == 7000 && string(got[6993:]) == "000999\n", "lines", len(got))
}

func failures() {
	_, err := os.Open(dir + "/none")
	t.Check(errors.Is(err, os.ErrNotExist), "not exist", err)
	_, err = os.OpenFile(dir+"/data", os.O_CREATE|os.O_EXCL|os.O_RDWR, 0600)
	t.Check(errors.Is(err, os.ErrExist), "exist", err)
	t.NoError("chmod", os.Chmod(dir+"/data", 0))
	_, err = os.Open(dir + "/data")
	t.Check(errors.Is(err, os.ErrPermission), "permission", err)
	t.NoError("chmod back", os.Chmod(dir+"/data", 0600))
	err = os.Remove(dir)
	t.Check(err != nil, "remove of a full directory")
	_, err = os.ReadDir(dir + "/data")
	t.Check(err != nil, "readdir of a file")
	_, err = os.Open(dir + "/data/below")
	t.Check(err != nil, "a file is no directory")
}

func directories() {
	var want []string
	for i := 0; i < 300; i++ {
		name := fmt.Sprintf("entry.%03d", i)
		want = append(want, name)
		t.NoError("create", os.WriteFile(filepath.Join(dir, "many", name), []byte(name), 0600))
	}
	list, err := os.ReadDir(dir + "/many")
	t.NoError("readdir", err)
	var got []string
	for _, e := range list {
		info, err := e.Info()
		t.Check(err == nil && info.Size() == 9 && !e.IsDir(), "entry", e)
		got = append(got, e.Name())
	}
	sort.Strings(got)
	t.Equal("names", got, want)
	t.NoError("rename", os.Rename(dir+"/many/entry.000", dir+"/many/renamed"))
	_, err = os.Stat(dir + "/many/entry.000")
	t.Check(errors.Is(err, os.ErrNotExist), "old name", err)
	b, err := os.ReadFile(dir + "/many/renamed")
	t.Check(err == nil && string(b) == "entry.000", "new name", err)

	t.NoError("chdir", os.Chdir(dir+"/many"))
	wd, err := os.Getwd()
	t.Check(err == nil && wd == dir+"/many", "getwd", wd, err)
	_, err = os.Stat("../data")
	t.NoError("dot-dot", err)

	deep := dir + strings.Repeat("/d", 40)
	t.NoError("mkdir all", os.MkdirAll(deep, 0755))
	t.NoError("write deep", os.WriteFile(deep+"/leaf", []byte("x"), 0600))
	count := 0
	err = filepath.WalkDir(dir, func(string, fs.DirEntry, error) error { count++; return nil })
	t.NoError("walk", err)
	t.Equal("walked", count, 1+1+1+300+40+1)
	t.NoError("chdir away", os.Chdir("/"))
	t.NoError("remove all", os.RemoveAll(dir))
	_, err = os.Stat(dir)
	t.Check(errors.Is(err, os.ErrNotExist), "all gone", err)
}

func environment() {
	t.NoError("setenv", os.Setenv("gotest", "a value; with 'signs' ü"))
	found := false
	for _, e := range os.Environ() {
		found = found || e == "gotest=a value; with 'signs' ü"
	}
	t.Check(found, "environ", os.Environ())
	t.NoError("unsetenv", os.Unsetenv("gotest"))
	_, ok := os.LookupEnv("gotest")
	t.Check(!ok, "unset")
	b, err := os.ReadFile("/env/fromrc")
	t.Check(err == nil && strings.TrimRight(string(b), "\x00") == "yes it is", "in /env", string(b), err)
	t.Equal("from rc", os.Getenv("fromrc"), "yes it is")
	t.NoError("new variable", os.WriteFile("/env/gonew", []byte("for rc"), 0666))
	t.Equal("arguments", os.Args[1:], []string{"one", "", "two words", "it's"})
}

// pipes: each end is used by a goroutine that blocks in the kernel.
func pipes() {
	r, w, err := os.Pipe()
	if !t.NoError("pipe", err) {
		return
	}
	want := pattern(200000)
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		for off := 0; off < len(want); off += 1000 {
			w.Write(want[off : off+1000])
		}
		w.Close()
	}()
	got, err := io.ReadAll(r)
	wg.Wait()
	t.Check(err == nil && bytes.Equal(got, want), "through a pipe", len(got), err)
	r.Close()
}

func main() {
	os.RemoveAll(dir)
	t.NoError("mkdir", os.Mkdir(dir, 0755))
	t.NoError("mkdir", os.Mkdir(dir+"/many", 0755))
	contents()
	failures()
	directories()
	environment()
	t.Within(5*time.Second, "pipes", pipes)
	t.Done("files")
}
