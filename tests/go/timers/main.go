// SPDX-License-Identifier: MIT

// Command timers: sleeping, tickers, deadlines and the clocks.  What comes too
// early is wrong; what comes late only if the machine is not that busy.
package main

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"lguest/tests/go/t"
)

const late = time.Second

func sleeps() {
	for _, ms := range []int{1, 5, 20, 50} {
		d := time.Duration(ms) * time.Millisecond
		start := time.Now()
		time.Sleep(d)
		took := time.Since(start)
		t.Check(took >= d && took < d+late, "sleep", d, " took ", took)
	}
	best := time.Hour
	for i := 0; i < 10; i++ {
		start := time.Now()
		time.Sleep(10 * time.Millisecond)
		if took := time.Since(start); took < best {
			best = took
		}
	}
	t.Check(best < 25*time.Millisecond, "best of ten sleeps of 10 ms", best)
}

// order: a hundred goroutines wake in the order of their times.
func order() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	var woken []int
	for i := 20; i > 0; i-- {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			time.Sleep(time.Duration(i) * 15 * time.Millisecond)
			mu.Lock()
			woken = append(woken, i)
			mu.Unlock()
		}(i)
	}
	wg.Wait()
	inversions := 0
	for i := 1; i < len(woken); i++ {
		if woken[i] < woken[i-1] {
			inversions++
		}
	}
	t.Check(len(woken) == 20 && inversions < 4, "order", woken)
}

func tickers() {
	tick := time.NewTicker(10 * time.Millisecond)
	start := time.Now()
	for i := 0; i < 20; i++ {
		<-tick.C
	}
	took := time.Since(start)
	tick.Stop()
	t.Check(took >= 190*time.Millisecond && took < 200*time.Millisecond+late, "ticker", took)
	select {
	case <-tick.C:
		t.Check(false, "stopped ticker")
	case <-time.After(30 * time.Millisecond):
		t.Check(true, "stopped ticker")
	}
	fired := make(chan time.Time, 1)
	timer := time.AfterFunc(time.Hour, func() { fired <- time.Now() })
	t.Check(timer.Reset(5*time.Millisecond), "reset")
	<-fired
	t.Check(!timer.Stop(), "stop of a fired timer")
	timer = time.NewTimer(time.Hour)
	t.Check(timer.Stop(), "stop")
}

func contexts() {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	start := time.Now()
	<-ctx.Done()
	took := time.Since(start)
	t.Check(errors.Is(ctx.Err(), context.DeadlineExceeded), "deadline", ctx.Err())
	t.Check(took >= 20*time.Millisecond && took < late, "deadline", took)
	ctx, cancel = context.WithCancel(ctx)
	cancel()
	<-ctx.Done()
}

// clocks: wall clock against the argument (s, from the kernel's own file),
// and both against each other while time passes.
func clocks() {
	b, err := os.ReadFile("/dev/time")
	t.NoError("/dev/time", err)
	fields := strings.Fields(string(b))
	if len(fields) < 4 {
		t.Check(false, "fields of /dev/time", string(b))
		return
	}
	s, _ := strconv.ParseInt(fields[0], 10, 64)
	now := time.Now()
	t.Check(now.Unix()-s <= 1 && now.Unix()-s >= 0, "same time", s, " ", now.Unix())
	t.Check(now.Year() >= 2025 && now.Year() < 2100, "year", now.Year())
	last := now
	for i := 0; i < 20000; i++ {
		n := time.Now()
		if n.Before(last) {
			t.Check(false, "backwards", last, n)
			break
		}
		last = n
	}
	t.Check(last.After(now), "time passes")
	t.Check(time.Since(now) < 3*time.Second, "not too fast", time.Since(now))
	t.Equal("known date", time.Unix(1234567890, 5).UTC().Format(time.RFC3339Nano),
		"2009-02-13T23:31:30.000000005Z")
}

func main() {
	sleeps()
	order()
	t.Within(4*time.Second, "tickers", tickers)
	t.Within(4*time.Second, "contexts", contexts)
	clocks()
	t.Done("timers")
}
