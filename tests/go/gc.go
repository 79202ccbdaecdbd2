// Goroutines, garbage collection, maps, deep stacks, panics and page faults
// that become panics: the whole Go runtime, on nine.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
)

func check(ok bool, what string) {
	if !ok {
		fmt.Println("FAIL", what)
		os.Exit(1)
	}
	fmt.Println("ok", what)
}

func goroutines() {
	c := make(chan int)
	for i := 0; i < 1000; i++ {
		go func(i int) { c <- i }(i)
	}
	sum := 0
	for i := 0; i < 1000; i++ {
		sum += <-c
	}
	check(sum == 499500, "1000 goroutines through one channel")

	var wg sync.WaitGroup
	var mu sync.Mutex
	n := 0
	for i := 0; i < 16; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for j := 0; j < 1000; j++ {
				mu.Lock()
				n++
				mu.Unlock()
				if j%100 == 0 {
					runtime.Gosched()
				}
			}
		}()
	}
	wg.Wait()
	check(n == 16000, "a mutex and 16 goroutines")
}

type node struct {
	left, right *node
	payload     [4]int
}

func tree(depth int) *node {
	if depth == 0 {
		return &node{payload: [4]int{1, 2, 3, 4}}
	}
	return &node{left: tree(depth - 1), right: tree(depth - 1)}
}

func (n *node) count() int {
	if n == nil {
		return 0
	}
	return 1 + n.left.count() + n.right.count()
}

func garbage() {
	keep := tree(12)
	for i := 0; i < 30; i++ {
		tree(12)
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	check(keep.count() == 8191, "what is in use survives the collector")
	check(m.NumGC >= 2, "the collector ran by itself")
	check(m.HeapAlloc < 20<<20, "garbage is gone")
}

func maps() {
	m := map[string]int{}
	for i := 0; i < 50000; i++ {
		m[fmt.Sprintf("key %d", i)] = i
	}
	for i := 0; i < 50000; i += 2 {
		delete(m, fmt.Sprintf("key %d", i))
	}
	sum := 0
	for k, v := range m {
		if !strings.HasSuffix(k, fmt.Sprint(v)) {
			check(false, "map: "+k)
		}
		sum += v
	}
	check(len(m) == 25000 && sum == 625000000, "a map of 50000")
}

func deep(n int) int {
	var pad [100]byte
	if n == 0 {
		return int(pad[0])
	}
	return deep(n-1) + 1
}

func faults() {
	what := func() (s string) {
		defer func() { s = fmt.Sprint(recover()) }()
		var p *node
		p.payload[3] = 1
		return "nothing"
	}()
	check(strings.Contains(what, "nil pointer dereference"), "a nil pointer is a panic: "+what)
	what = func() (s string) {
		defer func() { s = fmt.Sprint(recover()) }()
		zero := len(os.Args) - 1
		return fmt.Sprint(1 / zero)
	}()
	check(strings.Contains(what, "divide by zero"), "so is division by zero: "+what)
	check(deep(100000) == 100000, "a stack of 100000 frames")
}

func main() {
	check(runtime.GOOS == "plan9" && runtime.GOARCH == "386", "plan9/386")
	goroutines()
	garbage()
	maps()
	faults()
	fmt.Println("PASS")
}
