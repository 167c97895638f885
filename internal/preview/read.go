package preview

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/internal/csvfile"
)

// MostRows is how many rows are read: more are thinned out and weighted by who makes the file.
const MostRows = 5_000_000

// Columns of a file of scores beside those of labels.
const (
	columnMarket    = "market"
	columnLanguage  = "language"
	columnQueue     = "queue"
	columnWeight    = "weight"
	columnTime      = "time"
	columnViolating = "violating"
	versionSuffix   = ".version"
)

// scoreReader reads one file.
type scoreReader struct {
	change  *Change
	csv     *csv.Reader
	out     *Scores
	columns map[string]int
	labels  []int // column of each label
	version []int // column of its model version, -1 for none
	wants   []string
	scores  []v1.PPM
	names   map[string]string // one copy of each word
	errs    []error
}

// ReadScores reads a file of joint scores: CSV with a row for each item. The columns market, language and one for each
// label of the policies are needed; queue, weight, time, violating and LABEL.version are not. Errors name the line.
func ReadScores(data []byte, c *Change) (*Scores, error) {
	file, err := csvfile.Open(data)
	if err != nil {
		return nil, err
	}
	r := &scoreReader{change: c, out: &Scores{}, columns: map[string]int{}, names: map[string]string{}, csv: file}
	r.csv.ReuseRecord = true
	head, err := r.csv.Read()
	if err != nil {
		return nil, errors.New("the file is empty; its first line must name the columns market, language and the labels")
	}
	if err := r.header(head); err != nil {
		return nil, fmt.Errorf("line 1: %w", err)
	}
	for len(r.errs) < mostErrors {
		record, err := r.csv.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = r.row(record)
		}
		if err != nil {
			r.errs = append(r.errs, csvfile.Located(r.csv, err))
		}
	}
	if len(r.errs) == 0 && len(r.out.Rows) == 0 {
		r.errs = append(r.errs, errors.New("the file has no rows"))
	}
	return r.out, errors.Join(r.errs...)
}

func (r *scoreReader) header(head []string) error {
	names := r.change.names()
	for i, name := range head {
		name = strings.TrimSpace(name)
		if _, twice := r.columns[name]; twice {
			return fmt.Errorf("the column %s is there twice", name)
		}
		r.columns[name] = i
		label, _ := strings.CutSuffix(name, versionSuffix)
		if !slices.Contains(names, label) && !slices.Contains(others(), name) {
			return fmt.Errorf("the column %.40q is neither of a label of the policies (%s) nor one of %s",
				name, strings.Join(names, ", "), strings.Join(others(), ", "))
		}
	}
	var missing []string
	for _, name := range append([]string{columnMarket, columnLanguage}, names...) {
		if _, ok := r.columns[name]; !ok {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("there is no column %s; the first line must name market, language and every label of both policies",
			strings.Join(missing, ", "))
	}
	r.find(names)
	return nil
}

// others are the columns besides those of labels.
func others() []string {
	return []string{columnMarket, columnLanguage, columnQueue, columnWeight, columnTime, columnViolating}
}

// find notes where the labels stand.
func (r *scoreReader) find(names []string) {
	for _, name := range names {
		l, ok := r.change.After.label(name)
		if !ok {
			l, _ = r.change.Before.label(name)
		}
		r.labels, r.wants = append(r.labels, r.columns[name]), append(r.wants, l.Version)
		version, ok := r.columns[name+versionSuffix]
		if !ok {
			version = -1
		}
		r.version = append(r.version, version)
	}
	r.out.Labels, r.out.Versions = names, make([]string, len(names))
	_, r.out.Timed = r.columns[columnTime]
}

// cell is a column of a record; empty where the file does not have it.
func (r *scoreReader) cell(record []string, column string) string {
	i, ok := r.columns[column]
	if !ok {
		return ""
	}
	return strings.TrimSpace(record[i])
}

// word is a cell of which many are alike.
func (r *scoreReader) word(record []string, column string) string {
	s := r.cell(record, column)
	if w, ok := r.names[s]; ok {
		return w
	}
	s = strings.Clone(s)
	r.names[s] = s
	return s
}

func (r *scoreReader) row(record []string) error {
	if len(r.out.Rows) == MostRows {
		return fmt.Errorf("there are more than %d rows: take every tenth, and give each the weight 10", MostRows)
	}
	row := Row{Queue: r.word(record, columnQueue), Market: r.word(record, columnMarket), Language: r.word(record, columnLanguage), Weight: 1}
	switch {
	case row.Market != "" && !isMarket(row.Market):
		return fmt.Errorf("column market: %s", noMarket(row.Market))
	case row.Queue != "" && !r.change.After.has(row.Queue):
		return fmt.Errorf("column queue: no queue %.40q uses the policy", row.Queue)
	}
	if err := r.rest(record, &row); err != nil {
		return err
	}
	r.scores = r.scores[:0]
	for k, i := range r.labels {
		p, err := score(record[i])
		if err != nil {
			return fmt.Errorf("column %s: %w", r.out.Labels[k], err)
		}
		if err := r.versioned(record, k); err != nil {
			return err
		}
		r.scores = append(r.scores, p)
	}
	r.out.Add(row, r.scores...)
	return nil
}

// rest reads what a row may have besides scores.
func (r *scoreReader) rest(record []string, row *Row) error {
	if s := r.cell(record, columnWeight); s != "" {
		w, err := strconv.ParseFloat(s, 64)
		if err != nil || !(w > 0 && w <= 1e9) {
			return fmt.Errorf("column weight: %.20q is not a number above 0: how many items the row stands for", s)
		}
		row.Weight = w
	}
	if r.out.Timed {
		s := r.cell(record, columnTime)
		at, err := time.Parse(time.RFC3339, s)
		if err != nil {
			return fmt.Errorf("column time: %.40q is not an instant such as 2026-11-02T08:00:00Z", s)
		}
		row.At = at.Unix()
	}
	switch s := r.cell(record, columnViolating); s {
	case "":
	case "1", "true", "yes":
		row.Violating = Violating
	case "0", "false", "no":
		row.Violating = Benign
	default:
		return fmt.Errorf("column violating: %.20q is neither 1 nor 0; leave it empty where nobody looked", s)
	}
	return nil
}

// versioned refuses scores of another model version than the policies mean.
func (r *scoreReader) versioned(record []string, k int) error {
	if r.version[k] < 0 {
		return nil
	}
	s := r.word(record, r.out.Labels[k]+versionSuffix)
	if s != "" && r.wants[k] != "" && s != r.wants[k] {
		return fmt.Errorf("column %s%s: the score is of model version %.64q, and the policy means %q: "+
			"scores of two versions cannot be compared", r.out.Labels[k], versionSuffix, s, r.wants[k])
	}
	if s != "" {
		r.out.Versions[k] = s
	}
	return nil
}

// score reads a score, rounded down to millionths, in which bands are written.
func score(s string) (v1.PPM, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return NoScore, nil
	}
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(x) || x < 0 || x > 1 {
		return 0, fmt.Errorf("%.20q is not a score from 0 to 1, such as 0.97; leave it empty where the item has none", s)
	}
	const rounding = 1e-4 // of a millionth: 0.97 is not exactly that in binary
	return v1.PPM(math.Floor(x*float64(v1.AllPPM) + rounding)), nil
}
