// SPDX-License-Identifier: MIT

// Command words is what nine's Go compiler gets to compile: generics,
// closures, interfaces, floats, maps and a little of the library.
package main

import (
	"fmt"
	"os"
	"sort"
	"strings"
)

type number interface{ ~int | ~float64 }

func total[T number](list ...T) (sum T) {
	for _, v := range list {
		sum += v
	}
	return sum
}

type byLength []string

func (b byLength) Len() int           { return len(b) }
func (b byLength) Less(i, j int) bool { return len(b[i]) < len(b[j]) }
func (b byLength) Swap(i, j int)      { b[i], b[j] = b[j], b[i] }

func counter() func(string) int {
	seen := map[string]int{}
	return func(s string) int {
		seen[s]++
		return seen[s]
	}
}

func main() {
	words := byLength(os.Args[1:])
	sort.Stable(words)
	count := counter()
	for _, w := range words {
		fmt.Printf("%s:%d ", strings.ToUpper(w), count(w))
	}
	fmt.Println(total(1, 2, 3), total(0.5, 0.25), 1.0/3)
}
