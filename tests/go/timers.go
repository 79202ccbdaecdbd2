// Sleeping, tickers, timeouts and the clock.
package main

import (
	"context"
	"fmt"
	"os"
	"sort"
	"sync"
	"time"
)

func check(ok bool, what ...interface{}) {
	if !ok {
		fmt.Println(append([]interface{}{"FAIL"}, what...)...)
		os.Exit(1)
	}
	fmt.Println("ok", what[0])
}

// Never early; how late is the host's affair, within reason.
func about(d, want time.Duration) bool {
	return d >= want && d < want+2*time.Second
}

func main() {
	start := time.Now()
	check(start.Year() >= 2024, "the date", start)
	time.Sleep(30 * time.Millisecond)
	check(about(time.Since(start), 30*time.Millisecond), "sleep", time.Since(start))

	start = time.Now()
	tick := time.NewTicker(10 * time.Millisecond)
	for i := 0; i < 5; i++ {
		<-tick.C
	}
	tick.Stop()
	check(about(time.Since(start), 50*time.Millisecond), "five ticks", time.Since(start))

	select {
	case <-time.After(20 * time.Millisecond):
		check(true, "a timeout")
	case <-make(chan int):
	}
	late := time.AfterFunc(time.Hour, func() { check(false, "a stopped timer fired") })
	check(late.Stop(), "stop")

	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	<-ctx.Done()
	check(ctx.Err() == context.DeadlineExceeded, "a deadline", ctx.Err())

	var order []int
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, ms := range []int{60, 20, 100, 40, 80} {
		wg.Add(1)
		go func(ms int) {
			defer wg.Done()
			time.Sleep(time.Duration(ms) * time.Millisecond)
			mu.Lock()
			order = append(order, ms)
			mu.Unlock()
		}(ms)
	}
	wg.Wait()
	check(sort.IntsAreSorted(order), "five sleepers wake in order", order)

	last := time.Now()
	for i := 0; i < 20000; i++ {
		now := time.Now()
		if now.Before(last) {
			check(false, "time went back", last, now)
		}
		last = now
	}
	check(true, "time only goes forward")
	fmt.Println("PASS")
}
