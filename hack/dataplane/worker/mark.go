package main

import (
	"bufio"
	"bytes"
	"os"
	"strconv"
	"strings"
	"time"
)

// drainUntil is the annotation by which a worker is asked to lease no more.
const drainUntil = "modcap.dev/drain-until"

// marked reports whether the worker is asked to lease nothing at now. Without the file
// it is not: a mark is a request, and nothing is lost without it.
func marked(podinfo string, now time.Time) bool {
	data, err := os.ReadFile(podinfo)
	if err != nil {
		return false
	}
	// A downward API volume has a line key="value" for each annotation.
	lines := bufio.NewScanner(bytes.NewReader(data))
	for lines.Scan() {
		quoted, found := strings.CutPrefix(lines.Text(), drainUntil+"=")
		if !found {
			continue
		}
		value, err := strconv.Unquote(quoted)
		if err != nil {
			return false
		}
		until, err := time.Parse(time.RFC3339, value)
		return err == nil && now.Before(until)
	}
	return false
}
