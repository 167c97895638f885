package explain

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/modcap/modcap/internal/sample"
)

// clock is an instant as text; "" for never.
func clock(at sample.Instant) string {
	if at == 0 {
		return ""
	}
	return at.Time().Format(time.RFC3339)
}

// short is a span without what does not matter at its size: milliseconds from a
// second on, seconds from an hour on.
func short(s sample.Span) string {
	switch {
	case s < 0:
		return "-" + short(-s)
	case s >= sample.Hour:
		s -= s % sample.Minute
	case s >= sample.Second:
		s -= s % sample.Second
	}
	return s.String()
}

// count is a number with its noun: "1 queue", "2 queues".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// local is a queue's name without its namespace.
func local(key string) string {
	if _, name, found := strings.Cut(key, "/"); found {
		return name
	}
	return key
}

// spaced is a camelCase name in words: "doneByPresent" is "done by present".
func spaced(name string) string {
	var b strings.Builder
	for _, c := range name {
		if unicode.IsUpper(c) {
			b.WriteByte(' ')
			c = unicode.ToLower(c)
		}
		b.WriteRune(c)
	}
	return b.String()
}

// listed joins names, the first few of them.
func listed(names []string) string {
	const most = 5
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}
