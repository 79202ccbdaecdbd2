// SPDX-License-Identifier: MIT

// Command std: known answers from a slice of the standard library.
package main

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"container/heap"
	"crypto/aes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/adler32"
	"hash/crc32"
	"io"
	"regexp"
	"sort"
	"strings"
	"text/tabwriter"
	"text/template"
	"unicode/utf8"

	"lguest/tests/go/t"
)

// hashes: the examples of the standards (FIPS 180, RFC 1321, 1950, 4231).
func hashes() {
	abc := []byte("abc")
	sum := func(b []byte) string { return hex.EncodeToString(b) }
	h1, h2, h3, h5 := sha256.Sum256(abc), sha1.Sum(abc), md5.Sum(abc), sha512.Sum512(abc)
	t.Equal("sha256", sum(h1[:]), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
	t.Equal("sha1", sum(h2[:]), "a9993e364706816aba3e25717850c26c9cd0d89d")
	t.Equal("md5", sum(h3[:]), "900150983cd24fb0d6963f7d28e17f72")
	t.Equal("sha512", sum(h5[:8]), "ddaf35a193617aba")
	million := sha256.Sum256(bytes.Repeat([]byte("a"), 1000000))
	t.Equal("a million", sum(million[:]), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
	mac := hmac.New(sha256.New, []byte("Jefe"))
	mac.Write([]byte("what do ya want for nothing?"))
	t.Equal("hmac", sum(mac.Sum(nil)), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
	t.Equal("crc32", crc32.ChecksumIEEE([]byte("123456789")), uint32(0xcbf43926))
	t.Equal("adler32", adler32.Checksum([]byte("Wikipedia")), uint32(0x11e60398))
	key, _ := hex.DecodeString("000102030405060708090a0b0c0d0e0f")
	block, _ := hex.DecodeString("00112233445566778899aabbccddeeff")
	c, _ := aes.NewCipher(key)
	c.Encrypt(block, block)
	t.Equal("aes", sum(block), "69c4e0d86a7b0430d8cdb78070b4c55a")
	a, b := make([]byte, 32), make([]byte, 32)
	_, err := rand.Read(a)
	t.NoError("random", err)
	rand.Read(b)
	t.Check(!bytes.Equal(a, b), "random twice")
}

func compressing() {
	text := []byte(strings.Repeat("It was the best of times, it was the worst of times. ", 2000))
	var z bytes.Buffer
	w, _ := gzip.NewWriterLevel(&z, flate.BestCompression)
	w.Write(text)
	w.Close()
	t.Check(z.Len() < len(text)/50, "compressed", z.Len())
	r, err := gzip.NewReader(&z)
	t.NoError("gzip", err)
	got, err := io.ReadAll(r)
	t.Check(err == nil && bytes.Equal(got, text), "there and back", len(got), err)
	known, _ := base64.StdEncoding.DecodeString("H4sIAAAAAAACA8tIzcnJVyjPL8pJAQCFEUoNCwAAAA==")
	r, err = gzip.NewReader(bytes.NewReader(known))
	t.NoError("gzip made elsewhere", err)
	got, err = io.ReadAll(r)
	t.Check(err == nil && string(got) == "hello world", "made elsewhere", string(got), err)
}

type shape struct {
	Name  string            `json:"name"`
	Sides int               `json:"sides,omitempty"`
	Area  float64           `json:"area"`
	Tags  []string          `json:"tags"`
	More  map[string]*shape `json:"more,omitempty"`
	Any   any               `json:"any"`
}

func encoding() {
	in := shape{"square \"é\"", 4, 2.25, []string{"a", "<b>"},
		map[string]*shape{"z": {Name: "point"}, "b": nil}, []int{1, 2}}
	b, err := json.Marshal(in)
	t.NoError("marshal", err)
	want := `{"name":"square \"é\"","sides":4,"area":2.25,"tags":["a","\u003cb\u003e"],` +
		`"more":{"b":null,"z":{"name":"point","area":0,"tags":null,"any":null}},"any":[1,2]}`
	t.Equal("json", string(b), want)
	var out shape
	t.NoError("unmarshal", json.Unmarshal(b, &out))
	again, _ := json.Marshal(out)
	t.Equal("json again", string(again), want)
	err = json.Unmarshal([]byte(`{"sides": "four"}`), &out)
	t.Check(err != nil && strings.Contains(err.Error(), "cannot unmarshal string"), "bad json", err)
	var buf bytes.Buffer
	binary.Write(&buf, binary.BigEndian, struct {
		A uint16
		B int64
	}{0x1234, -2})
	t.Equal("binary", hex.EncodeToString(buf.Bytes()), "1234fffffffffffffffe")
}

type ints []int

func (h ints) Len() int           { return len(h) }
func (h ints) Less(i, j int) bool { return h[i] < h[j] }
func (h ints) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *ints) Push(x any)        { *h = append(*h, x.(int)) }
func (h *ints) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}

func sorting() {
	x := uint32(1)
	var list, ordered ints
	for i := 0; i < 20000; i++ {
		x = x*1664525 + 1013904223
		list = append(list, int(x>>8))
	}
	h := append(ints{}, list...)
	heap.Init(&h)
	for h.Len() > 0 {
		ordered = append(ordered, heap.Pop(&h).(int))
	}
	sort.Sort(list)
	t.Check(sort.IsSorted(list), "sorted")
	t.Equal("heap", ordered, list)
	at := sort.SearchInts(list, list[777])
	t.Equal("search", list[at], list[777])
	words := strings.Fields("pear fig apple kiwi date")
	sort.SliceStable(words, func(i, j int) bool { return len(words[i]) < len(words[j]) })
	t.Equal("stable", strings.Join(words, " "), "fig pear kiwi date apple")
}

func texts() {
	t.Equal("fmt", fmt.Sprintf("%5d|%-5d|%05d|%x|%q|%v|%+v|%T|%t|%c|%U|%8.3s|%*d", 42, 42, 42, "hi", "a\tb",
		[]int{1}, struct{ A int }{1}, 1.5, true, 'ß', 0x1F600, "abcdef", 4, 7),
		"   42|42   |00042|6869|\"a\\tb\"|[1]|{A:1}|float64|true|ß|U+1F600|     abc|   7")
	re := regexp.MustCompile(`(\w+)@(\w+)\.com`)
	t.Equal("regexp", re.ReplaceAllString("bob@example.com, al@x.com", "$2:$1"), "example:bob, x:al")
	t.Equal("utf8", utf8.RuneCountInString("naïve 日本語"), 9)
	t.Equal("replace", strings.NewReplacer("a", "1", "b", "2").Replace("abcab"), "12c12")
	t.Equal("title", strings.ToUpper("straße"), "STRASSE"[:4]+"ßE")
	var b bytes.Buffer
	template.Must(template.New("").Parse(`{{range $i, $e := .}}{{if $i}}, {{end}}{{$e | printf "%03d"}}{{end}}`)).
		Execute(&b, []int{1, 22, 333})
	t.Equal("template", b.String(), "001, 022, 333")
	b.Reset()
	w := tabwriter.NewWriter(&b, 0, 8, 1, '.', 0)
	fmt.Fprint(w, "a\tb\nlonger\tc\n")
	w.Flush()
	t.Equal("tabs", b.String(), "a......b\nlonger.c\n")
	s := bufio.NewScanner(strings.NewReader("one two\nthree"))
	s.Split(bufio.ScanWords)
	n := 0
	for s.Scan() {
		n++
	}
	t.Equal("scanner", n, 3)
}

func main() {
	hashes()
	compressing()
	encoding()
	sorting()
	texts()
	t.Done("std")
}
