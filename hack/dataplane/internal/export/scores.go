package export

import (
	"encoding/csv"
	"io"
	"maps"
	"slices"
	"strconv"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/hack/dataplane/internal/platform"
)

// writeScores writes a row for each item, as docs/policy-preview.md says. What violates is
// known of items that people have decided.
func writeScores(out io.Writer, items []platform.ScoredItem) error {
	labels := labelsOf(items)
	head := []string{"queue", "market", "language", "violating"}
	for _, l := range labels {
		head = append(head, l, l+".version")
	}
	w := csv.NewWriter(out)
	if err := w.Write(head); err != nil {
		return err
	}
	for i := range items {
		it := &items[i]
		row := []string{it.Queue, it.Market, it.Language, ""}
		if it.Known {
			row[3] = map[bool]string{true: "1", false: "0"}[it.Violating]
		}
		for _, l := range labels {
			at := slices.IndexFunc(it.Scores, func(s v1.Score) bool { return s.Label == l })
			if at < 0 {
				row = append(row, "", "")
				continue
			}
			row = append(row, share(it.Scores[at].PPM), it.Scores[at].Version)
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

func labelsOf(items []platform.ScoredItem) []string {
	names := map[string]bool{}
	for i := range items {
		for _, s := range items[i].Scores {
			names[s.Label] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// share is a score or a rate from 0 to 1.
func share(p v1.PPM) string { return strconv.FormatFloat(float64(p)/float64(v1.AllPPM), 'f', -1, 64) }
