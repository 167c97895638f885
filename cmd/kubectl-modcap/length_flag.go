package main

import (
	"fmt"
	"time"

	"github.com/modcap/modcap/internal/sample"
)

// lengthFlag is a length of time as a flag, in days too.
type lengthFlag time.Duration

// Set is of a flag's value.
func (s *lengthFlag) Set(text string) error {
	d, err := parseSpan(text)
	*s = lengthFlag(d)
	return err
}

// Type is that of a flag's value.
func (s *lengthFlag) Type() string { return "time" }

// String is the time as people say it, in days if it is whole ones.
func (s *lengthFlag) String() string { return shortDays(s.of()) }

func (s *lengthFlag) of() sample.Span { return sample.SpanOf(time.Duration(*s)) }

// shortDays is a time in days, if it is whole ones.
func shortDays(t sample.Span) string {
	if days := t / (24 * sample.Hour); days > 0 && t%(24*sample.Hour) == 0 {
		return fmt.Sprintf("%dd", days)
	}
	return t.String()
}
