package observe

import (
	"sort"
	"strings"
)

// SourceKey names a MetricSource, or with an empty Namespace a
// ClusterMetricSource.
type SourceKey struct{ Namespace, Name string }

// String is namespace/name, or name.
func (k SourceKey) String() string {
	if k.Namespace == "" {
		return k.Name
	}
	return k.Namespace + "/" + k.Name
}

// RowRef names one row of one series of a source.
type RowRef struct {
	Source SourceKey
	// Series is the declared name. Empty means that the queue names no such
	// series: its samples are Absent with cause NotDeclared.
	Series string
	// Row is the canonical form of the queue's matchLabels, made with RowKey.
	Row string
	// Namespace is where an external metric is asked for. Ignored by Prometheus.
	Namespace string
	// History asks for the bins of Bins, of a Rate or Counter, backfilled: of a day; with
	// Weeks, of four weeks more, and for those of ClassBins.
	History, Weeks bool
}

// Class is the work class of a part of a row. A label that the series does not
// name, or that a row lacks, is empty.
type Class struct{ Language, HarmDomain string }

var rowEscaper = strings.NewReplacer(`\`, `\\`, `,`, `\,`, `=`, `\=`)

// RowKey is the canonical form of a row's labels: "k=v,k2=v2" by ascending key.
// A backslash stands before a comma, an equals sign or a backslash within a key
// or value, so that different labels never give the same key.
func RowKey(labels map[string]string) string {
	keys := make([]string, 0, len(labels))
	for k := range labels {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	var b strings.Builder
	for i, k := range keys {
		if i > 0 {
			b.WriteByte(',')
		}
		writeLabel(&b, k, labels[k])
	}
	return b.String()
}

func writeLabel(b *strings.Builder, k, v string) {
	_, _ = rowEscaper.WriteString(b, k) // a strings.Builder does not fail
	b.WriteByte('=')
	_, _ = rowEscaper.WriteString(b, v)
}

// rowLabels is the inverse of RowKey. It reports false for what RowKey never makes.
func rowLabels(key string) (map[string]string, bool) {
	labels := map[string]string{}
	for key != "" {
		name, end, rest := nextPart(key)
		if end != '=' {
			return nil, false
		}
		value, end, after := nextPart(rest)
		if end != 0 && (end != ',' || after == "") {
			return nil, false
		}
		labels[name], key = value, after
	}
	return labels, true
}

// nextPart is a name or value without its escapes, the separator that ends it (0
// at the end, a backslash that escapes nothing), and what comes after.
func nextPart(s string) (part string, end byte, rest string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '\\':
			if i++; i == len(s) {
				return "", c, ""
			}
			b.WriteByte(s[i])
		case '=', ',':
			return b.String(), c, s[i+1:]
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), 0, ""
}
