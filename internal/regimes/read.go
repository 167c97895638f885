package regimes

import (
	"cmp"
	_ "embed" // the catalogue that is shipped
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"
	"sigs.k8s.io/yaml"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
)

//go:embed catalogue.yaml
var shipped []byte

// Bounds of what is read.
const (
	MaxBytes   = 256 << 10
	maxRegimes = 128
	maxTerms   = 16
	maxMarkets = 250
	maxText    = 512
)

// file is what a catalogue is written as.
type file struct {
	Regimes []Regime `json:"regimes"`
}

// Read reads regimes as they are written down, in YAML or JSON. The error says which of them and
// which field is wrong, and what to write instead; of a text with an error nothing is taken.
func Read(data []byte) ([]Regime, error) {
	if len(data) > MaxBytes {
		return nil, fmt.Errorf("it has %d bytes, more than %d", len(data), MaxBytes)
	}
	var f file
	if err := yaml.UnmarshalStrict(data, &f); err != nil {
		const noise = "error unmarshaling JSON: while decoding JSON: json: "
		return nil, errors.New(strings.TrimPrefix(strings.ReplaceAll(err.Error(), "\n", " "), noise))
	}
	switch n := len(f.Regimes); {
	case n == 0:
		return nil, errors.New("it has no regimes: write a list of that name")
	case n > maxRegimes:
		return nil, fmt.Errorf("it has %d regimes, more than %d", n, maxRegimes)
	}
	seen := map[string]bool{}
	for i := range f.Regimes {
		r := &f.Regimes[i]
		if seen[r.Name] {
			return nil, fmt.Errorf("regime %s stands twice: write one with several terms", r.Name)
		}
		seen[r.Name] = true
		if err := r.read(); err != nil {
			return nil, fmt.Errorf("regimes[%s].%w", cmp.Or(short(r.Name), fmt.Sprint(i)), err)
		}
	}
	return f.Regimes, nil
}

var (
	namePattern   = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$`)
	sourcePattern = regexp.MustCompile(`^https?://\S+$`)
)

// short is a name as an error may repeat it.
func short(name string) string {
	if !namePattern.MatchString(name) {
		return ""
	}
	return name
}

// read checks a regime, and reads its terms.
func (r *Regime) read() error {
	switch {
	case !namePattern.MatchString(r.Name):
		return errors.New("name: it must be at most 40 lower-case letters, digits and dashes, starting and ending with a letter or digit")
	case r.Origin != "":
		return errors.New("origin: it is not yours to set; leave it out")
	case !slices.Contains(Clocks(), r.Clock):
		return fmt.Errorf("clock: it must be one of %s", joined(Clocks()))
	case len(r.Sources) == 0:
		return errors.New("sources: name the addresses at which the deadline can be read")
	}
	if _, err := time.Parse(time.DateOnly, r.Checked); err != nil {
		return errors.New("checked: write the day on which somebody last read the sources, such as 2026-11-22")
	}
	if err := r.readTexts(); err != nil {
		return err
	}
	if err := checkMarkets(r.Markets); err != nil {
		return err
	}
	return r.readTerms()
}

func joined(all []Clock) string {
	out := make([]string, len(all))
	for i, c := range all {
		out[i] = string(c)
	}
	return strings.Join(out, ", ")
}

func (r *Regime) readTexts() error {
	for _, t := range []struct {
		field, text string
		needed      bool
	}{
		{"title", r.Title, true}, {"instrument", r.Instrument, true}, {"article", r.Article, false},
		{"startsAt", r.StartsAt, true}, {"where", r.Where, true}, {"note", r.Note, false},
	} {
		switch {
		case t.needed && strings.TrimSpace(t.text) == "":
			return fmt.Errorf("%s: it is missing", t.field)
		case len(t.text) > maxText || strings.ContainsFunc(t.text, func(c rune) bool { return c < ' ' }):
			return fmt.Errorf("%s: it must be one line of at most %d characters", t.field, maxText)
		}
	}
	for _, s := range r.Sources {
		if !sourcePattern.MatchString(s) || len(s) > maxText {
			return errors.New("sources: each must be an address that begins with https:// or http://")
		}
	}
	return nil
}

func checkMarkets(markets []string) error {
	if len(markets) > maxMarkets {
		return fmt.Errorf("markets: they are %d, more than %d", len(markets), maxMarkets)
	}
	for i, m := range markets {
		region, err := language.ParseRegion(m)
		if err != nil || !region.IsCountry() || region.Canonicalize() != region || region.String() != m {
			return fmt.Errorf("markets: the %d. is no country code of ISO 3166-1 in capitals, such as DE", i+1)
		}
	}
	return nil
}

func (r *Regime) readTerms() error {
	if n := len(r.Terms); n == 0 || n > maxTerms {
		return fmt.Errorf("terms: there must be 1 to %d: what is asked for, from when until when", maxTerms)
	}
	for i := range r.Terms {
		if err := r.Terms[i].read(); err != nil {
			return fmt.Errorf("terms[%d].%w", i, err)
		}
	}
	slices.SortStableFunc(r.Terms, func(a, b Term) int { return cmp.Compare(a.deadline.From, b.deadline.From) })
	for i := range r.Terms[1:] {
		if until := r.Terms[i].deadline.Until; until == 0 || until > r.Terms[i+1].deadline.From {
			return errors.New("terms: two of them hold at the same time; let each end (until) when the next begins (from)")
		}
	}
	return nil
}

// read reads a term.
func (t *Term) read() error {
	percent, err := v1alpha1.Percent(t.Percent).PPM()
	if err != nil {
		return fmt.Errorf("percent: %w", err)
	}
	within, err := v1alpha1.Duration(t.Within).Parse()
	if err != nil {
		return fmt.Errorf("within: %w", err)
	}
	if within < time.Second {
		return errors.New("within: it must be at least 1s")
	}
	t.deadline = Deadline{Percent: sample.PPM(percent), Within: sample.SpanOf(within)}
	for _, f := range []struct {
		name, text string
		to         *sample.Instant
	}{{"from", t.From, &t.deadline.From}, {"until", t.Until, &t.deadline.Until}} {
		if f.text == "" {
			continue
		}
		at, ok := day(f.text)
		if !ok || at <= 0 {
			return fmt.Errorf("%s: write a day such as 2026-02-20 (it begins at midnight UTC) or a time like 2026-02-20T00:00:00+05:30", f.name)
		}
		*f.to = at
	}
	if d := t.deadline; d.Until != 0 && d.Until <= d.From {
		return errors.New("until: it must be after from")
	}
	return nil
}
