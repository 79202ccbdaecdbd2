// SPDX-License-Identifier: MIT

// Command conc: goroutines, channels, locks, maps, the garbage collector.
// Below them are rfork with shared memory, semaphores and the note that
// preempts a goroutine: Go's threads are processes of nine.
package main

import (
	"context"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"lguest/tests/go/t"
)

// primes counts those below n with a chain of filters, one goroutine each.
func primes(n int) int {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	pass := func(in <-chan int, out chan<- int, prime int) {
		defer close(out)
		for i := range in {
			if i%prime == 0 {
				continue
			}
			select {
			case out <- i:
			case <-ctx.Done():
				return
			}
		}
	}
	first := make(chan int)
	go func() {
		defer close(first)
		for i := 2; i < n; i++ {
			first <- i
		}
	}()
	count := 0
	for in := first; ; count++ {
		prime, ok := <-in
		if !ok {
			return count
		}
		out := make(chan int)
		go pass(in, out, prime)
		in = out
	}
}

func locks() {
	var (
		mu    sync.Mutex
		rw    sync.RWMutex
		wg    sync.WaitGroup
		once  sync.Once
		plain int
		inits int
		sum   int64
		table = map[int]int{}
	)
	for i := 0; i < 100; i++ {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			once.Do(func() { inits++ })
			for j := 0; j < 100; j++ {
				mu.Lock()
				plain++
				mu.Unlock()
				atomic.AddInt64(&sum, int64(j))
				if j%10 == 0 {
					rw.Lock()
					table[i]++
					rw.Unlock()
					runtime.Gosched()
				} else {
					rw.RLock()
					_ = table[i]
					rw.RUnlock()
				}
			}
		}(i)
	}
	wg.Wait()
	t.Equal("mutex", plain, 10000)
	t.Equal("atomic", sum, int64(100*4950))
	t.Equal("once", inits, 1)
	total := 0
	for _, n := range table {
		total += n
	}
	t.Equal("rwmutex and map", total, 1000)
}

func condition() {
	var mu sync.Mutex
	c := sync.NewCond(&mu)
	turn, rounds := 0, 0
	var wg sync.WaitGroup
	for who := 0; who < 3; who++ {
		wg.Add(1)
		go func(who int) {
			defer wg.Done()
			for i := 0; i < 100; i++ {
				mu.Lock()
				for turn != who {
					c.Wait()
				}
				turn = (turn + 1) % 3
				rounds++
				c.Broadcast()
				mu.Unlock()
			}
		}(who)
	}
	wg.Wait()
	t.Equal("condition", rounds, 300)
}

// threads locks goroutines to processes of their own: each handing over is a
// semaphore and a switch between processes that share memory.
func threads() {
	const n, laps = 12, 50
	ring := make([]chan int, n)
	for i := range ring {
		ring[i] = make(chan int)
	}
	for i := range ring {
		go func(in <-chan int, out chan<- int) {
			runtime.LockOSThread()
			for v := range in {
				out <- v + 1
			}
			close(out)
		}(ring[i], ring[(i+1)%n])
		if i == n-2 {
			break
		}
	}
	v := 0
	for i := 0; i < laps; i++ {
		ring[0] <- v
		v = <-ring[n-1]
	}
	t.Equal("threads", v, laps*(n-1))
	close(ring[0])
}

// preempt: goroutines that never call anything keep three processes busy; Go
// cannot take the processor from them on this system, nine must.
func preempt() {
	var stop, spins int32
	for i := 0; i < 3; i++ {
		go func() {
			for atomic.LoadInt32(&stop) == 0 {
			}
			atomic.AddInt32(&spins, 1)
		}()
	}
	for i := 0; i < 5; i++ {
		time.Sleep(5 * time.Millisecond)
	}
	atomic.StoreInt32(&stop, 1)
	for i := 0; i < 200 && atomic.LoadInt32(&spins) != 3; i++ {
		time.Sleep(5 * time.Millisecond)
	}
	t.Equal("spinning goroutines", atomic.LoadInt32(&spins), int32(3))
}

type tree struct {
	left, right *tree
	ballast     [8]int
}

func grow(depth int) *tree {
	if depth == 0 {
		return &tree{}
	}
	return &tree{left: grow(depth - 1), right: grow(depth - 1)}
}

func (n *tree) count() int {
	if n == nil {
		return 0
	}
	return 1 + n.left.count() + n.right.count()
}

// garbage makes far more than there is room for, beside a tree that must live.
func garbage() {
	var before, after runtime.MemStats
	debug.SetGCPercent(50)
	runtime.ReadMemStats(&before)
	keep := grow(12)
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for j := 0; j < 20; j++ {
				t.Equal("short-lived tree", grow(11).count(), 1<<12-1)
			}
		}()
	}
	wg.Wait()
	t.Equal("kept tree", keep.count(), 1<<13-1)
	finalised := make(chan bool, 1)
	runtime.SetFinalizer(keep, func(*tree) { finalised <- true })
	keep = nil
	runtime.GC()
	t.Within(2*time.Second, "finaliser", func() { <-finalised })
	runtime.ReadMemStats(&after)
	t.Check(after.NumGC > before.NumGC+2, "collections", after.NumGC)
	t.Check(after.HeapSys < 48<<20, "heap", after.HeapSys)
}

func maps() {
	m := map[string]int{}
	key := func(i int) string { return string(rune('a'+i%26)) + string(rune(0x4e00+i)) }
	for i := 0; i < 20000; i++ {
		m[key(i)] = i
	}
	t.Equal("map size", len(m), 20000)
	for i := 0; i < 20000; i += 2 {
		delete(m, key(i))
	}
	sum := 0
	for k, v := range m {
		if m[k] != v {
			t.Check(false, "map value", k)
		}
		sum += v
	}
	t.Equal("odd ones", sum, 10000*10000)
	var s sync.Map
	for i := 0; i < 1000; i++ {
		s.Store(i, i*i)
	}
	v, ok := s.Load(31)
	t.Check(ok && v == 961, "sync.Map", v)
}

func main() {
	// One processor is all nine has, but with four of them Go uses four
	// processes at once, between which the kernel must switch.
	runtime.GOMAXPROCS(4)
	t.Within(4*time.Second, "chain", func() { t.Equal("primes below 1500", primes(1500), 239) })
	t.Within(4*time.Second, "locks", locks)
	t.Within(4*time.Second, "conditions", condition)
	t.Within(4*time.Second, "ring of threads", threads)
	t.Within(4*time.Second, "preemption", preempt)
	t.Within(8*time.Second, "garbage", garbage)
	maps()
	t.Done("conc")
}
