package v1

import (
	"errors"
	"fmt"
	"slices"
)

// Bounds of the documents.
const (
	MaxLabels    = 64      // labels of one revision
	MaxStreams   = 16      // review streams of one queue
	MaxMarkets   = 250     // markets of one match, overrides of one label
	MaxLanguages = 64      // languages of one match
	MaxDomains   = 64      // harm domains of one stream
	MaxTier      = 9       // tiers are 1 to 9
	MaxWeight    = 1000000 // weights are 1 to a million
	MaxClasses   = 1 << 18 // work classes of one Weights
	maxRevisions = 2       // stable and canary
	maxList      = 64      // classes of content, clearances, teams of one row
)

// problems collects everything that is wrong with a document, each with its path.
type problems []error

func (p *problems) addf(format string, args ...any) { *p = append(*p, fmt.Errorf(format, args...)) }

func (p *problems) check(ok bool, format string, args ...any) {
	if !ok {
		p.addf(format, args...)
	}
}

// Validate reports everything that is wrong with the document, one line each, with
// the field's path. It returns ErrUnsupported, wrapped, for a newer format.
func (d *PolicyDocument) Validate() error {
	if err := d.supported(KindDocument); err != nil {
		return err
	}
	var p problems
	d.validate(&p)
	p.check(isName(d.Queue), "queue: %q is not the name of a queue", d.Queue)
	d.Match.validate(&p)
	p.check(d.Pool == "" || isName(d.Pool), "pool: %q is not the name of a pool", d.Pool)
	p.check(d.Pool != "" || len(d.Streams) > 0, "pool: a queue needs a pool, a review stream, or both")
	p.check(isSalt(d.Salt), "salt: %q must be 8 to 64 lower-case letters and digits", d.Salt)
	p.check(d.Unit == UnitItem, "unit: %q is not known; use %q", d.Unit, UnitItem)
	validateRevisions(&p, d.Revisions)
	d.Rollout.validate(&p, len(d.Revisions))
	p.check((d.Rollout != nil) == slices.Contains(d.Features, FeatureRollout),
		"features: %q goes with a rollout, and only with one", FeatureRollout)
	p.check(d.flagged() == slices.Contains(d.Features, FeatureFlags), "features: %q goes with flags, and only with them", FeatureFlags)
	validateStreams(&p, d.Streams)
	return errors.Join(p...)
}

// supported checks what must hold before the rest can be understood.
func (h *Header) supported(kind string) error {
	switch {
	case h.Kind != kind:
		return fmt.Errorf("kind: is %q, not %q", h.Kind, kind)
	case h.Format != Format:
		return fmt.Errorf("format: %w: is %d, this reader knows %d", ErrUnsupported, h.Format, Format)
	}
	for _, f := range h.Features {
		if kind != KindDocument || f != FeatureRollout && f != FeatureFlags {
			return fmt.Errorf("features: %w: it uses %s, this reader does not know it", ErrUnsupported, f)
		}
	}
	return nil
}

func (h *Header) validate(p *problems) {
	p.check(isHash(h.Hash), "hash: %q is not 64 hexadecimal digits", h.Hash)
	p.check(isName(h.Namespace), "namespace: %q is not the name of a namespace", h.Namespace)
	p.check(isWord(h.Surface), "surface: %q must be lower-case letters, digits and dashes", h.Surface)
}

func (m *Match) validate(p *problems) {
	p.list("match.markets", m.Markets, MaxMarkets, isMarket, "a two-letter country code in capitals")
	p.list("match.languages", m.Languages, MaxLanguages, isTag, "a BCP 47 language tag such as pt-BR")
	p.list("match.classes", m.Classes, maxList, isWord, "lower-case letters, digits and dashes")
}

// list checks length, order and each element of a list of strings.
func (p *problems) list(path string, in []string, most int, ok func(string) bool, what string) {
	p.check(len(in) <= most, "%s: has %d entries, at most %d are allowed", path, len(in), most)
	for i, s := range in {
		p.check(ok(s), "%s[%d]: %q is not %s", path, i, s, what)
		if i > 0 && in[i-1] >= s {
			p.addf("%s[%d]: %q must come after %q: lists are ascending, without repeats", path, i, s, in[i-1])
		}
	}
}

func validateRevisions(p *problems, rs []Revision) {
	p.check(len(rs) >= 1 && len(rs) <= maxRevisions,
		"revisions: there are %d; a document has one, or a stable one and a canary", len(rs))
	var sum int64
	for i, r := range rs {
		path := fmt.Sprintf("revisions[%d]", i)
		p.check(isName(r.Name), "%s.name: %q is not the name of a revision", path, r.Name)
		p.check(i == 0 || r.Name != rs[0].Name, "%s.name: %q stands twice", path, r.Name)
		p.ppm(path+".share", &r.Share)
		sum += int64(r.Share)
		p.check(len(r.Labels) <= MaxLabels, "%s.labels: has %d entries, at most %d are allowed", path, len(r.Labels), MaxLabels)
		for j := range r.Labels {
			at := fmt.Sprintf("%s.labels[%d] (%s)", path, j, r.Labels[j].Name)
			r.Labels[j].validate(p, at)
			p.check(j == 0 || r.Labels[j-1].Name < r.Labels[j].Name, "%s: labels must ascend by name, without repeats", at)
		}
	}
	p.check(sum == int64(AllPPM), "revisions: shares add up to %d, not to 1000000", sum)
}

func (l *Label) validate(p *problems, path string) {
	p.check(isName(l.Name), "%s.name: %q is not the name of a label", path, l.Name)
	p.check(isWord(l.HarmDomain), "%s.harmDomain: %q must be lower-case letters, digits and dashes", path, l.HarmDomain)
	p.check(l.Severity.rank() > 0, "%s.severity: %q is not Low, Medium, High or Critical", path, l.Severity)
	p.bands(path, l.ActAt, l.ReviewAt)
	l.validateOverrides(p, path)
	p.list(path+".clearances", l.Clearances, maxList, isWord, "lower-case letters, digits and dashes")
	p.ppm(path+".qaSample.allowed", &l.QASample.Allowed)
	p.ppm(path+".qaSample.actioned", &l.QASample.Actioned)
	p.ppm(path+".qaSample.reviewed", &l.QASample.Reviewed)
	l.Escalation.validate(p, path+".escalation")
}

func (l *Label) validateOverrides(p *problems, path string) {
	p.check(len(l.Overrides) <= MaxMarkets, "%s.overrides: has %d entries, at most %d are allowed", path, len(l.Overrides), MaxMarkets)
	seen := markets{}
	for i, o := range l.Overrides {
		at := indexed(path+".overrides", i)
		p.bands(at, o.ActAt, o.ReviewAt)
		seen.next(p, at, o.Markets)
	}
}

func indexed(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

// markets are those of the entries of a list so far: each market stands in one.
type markets struct {
	seen map[string]bool
	last string
}

// next checks the markets of the next entry.
func (m *markets) next(p *problems, at string, codes []string) {
	p.list(at+".markets", codes, MaxMarkets, isMarket, "a two-letter country code in capitals")
	if len(codes) == 0 {
		p.addf("%s.markets: is empty", at)
		return
	}
	p.check(m.last < codes[0], "%s: entries must ascend by their first market", at)
	m.last = codes[0]
	for _, c := range codes {
		if m.seen == nil {
			m.seen = map[string]bool{}
		}
		p.check(!m.seen[c], "%s.markets: %q stands in another entry too; each market has one", at, c)
		m.seen[c] = true
	}
}

// bands checks the two thresholds of a label in one place.
func (p *problems) bands(path string, act, review *PPM) {
	p.ppm(path+".actAt", act)
	p.ppm(path+".reviewAt", review)
	p.check(act != nil || review != nil, "%s: needs actAt, reviewAt, or both; with neither it could only allow", path)
	if act != nil && review != nil && *review > *act {
		p.addf("%s: reviewAt %d is above actAt %d; items would be actioned at a lower score than people look at", path, *review, *act)
	}
}

func (p *problems) ppm(path string, v *PPM) {
	p.check(v == nil || (*v >= 0 && *v <= AllPPM), "%s: must be from 0 to 1000000 (per million)", path)
}

func (p *problems) tier(path string, t int) {
	p.check(t >= 1 && t <= MaxTier, "%s: is %d, must be from 1 to %d", path, t, MaxTier)
}

func (p *problems) millis(path string, ms int64) {
	p.check(ms >= 1 && ms <= maxSafeInt, "%s: is %d, must be a positive number of milliseconds", path, ms)
}

func validateStreams(p *problems, ss []Stream) {
	p.check(len(ss) <= MaxStreams, "streams: has %d entries, at most %d are allowed", len(ss), MaxStreams)
	names, domains := map[string]bool{}, map[string]string{}
	for i, s := range ss {
		path := fmt.Sprintf("streams[%d] (%s)", i, s.Name)
		p.check(isName(s.Name) && !names[s.Name], "%s.name: %q must be a name that no other stream has", path, s.Name)
		names[s.Name] = true
		p.check(len(s.HarmDomains) > 0, "%s.harmDomains: is empty; use \"*\" for all the rest", path)
		p.list(path+".harmDomains", s.HarmDomains, MaxDomains, isDomain, "a harm domain or \"*\"")
		for _, d := range s.HarmDomains {
			if other, taken := domains[d]; taken {
				p.addf("%s.harmDomains: %q is also in stream %s; streams share no harm domain", path, d, other)
			}
			domains[d] = s.Name
		}
		p.tier(path+".tier", s.Tier)
		p.list(path+".clearances", s.Clearances, maxList, isWord, "lower-case letters, digits and dashes")
		for j, l := range s.ServiceLevels {
			at := fmt.Sprintf("%s.serviceLevels[%d]", path, j)
			p.check(l.Percent >= 1 && l.Percent <= AllPPM, "%s.percent: must be from 1 to 1000000 (per million)", at)
			p.millis(at+".withinMillis", l.WithinMillis)
		}
	}
}

// Validate reports everything that is wrong with the index.
func (x *Index) Validate() error {
	if err := x.supported(KindIndex); err != nil {
		return err
	}
	var p problems
	x.validate(&p)
	seen := map[string]bool{}
	for i, e := range x.Entries {
		path := fmt.Sprintf("entries[%d] (%s)", i, e.Queue)
		p.check(isName(e.Queue) && !seen[e.Queue], "%s.queue: %q must be the name of a queue that has no other entry", path, e.Queue)
		seen[e.Queue] = true
		p.check(isHash(e.Hash), "%s.hash: %q is not 64 hexadecimal digits", path, e.Hash)
		p.check(e.Document == DocumentName(e.Queue, e.Hash), "%s.document: is %q, the queue and hash make it %q",
			path, e.Document, DocumentName(e.Queue, e.Hash))
	}
	p.check(x.Default == "" || seen[x.Default], "default: queue %q has no entry", x.Default)
	return errors.Join(p...)
}

// Validate reports everything that is wrong with the weights.
func (w *Weights) Validate() error {
	if err := w.supported(KindWeights); err != nil {
		return err
	}
	var p problems
	w.validate(&p)
	if err := w.validateRelief(&p); err != nil {
		return err
	}
	for i, pool := range w.Pools {
		path := fmt.Sprintf("pools[%d] (%s)", i, pool.Pool)
		p.check(isName(pool.Pool), "%s.pool: %q is not the name of a pool", path, pool.Pool)
		p.check(i == 0 || w.Pools[i-1].Pool < pool.Pool, "%s: pools must ascend by name, without repeats", path)
		p.weights(path+".queues", pool.Queues)
	}
	w.validateTeams(&p)
	w.validateExposure(&p)
	return errors.Join(p...)
}

func (w *Weights) validateTeams(p *problems) {
	classes := 0
	for i, t := range w.Teams {
		path := fmt.Sprintf("teams[%d]", i)
		p.check(len(t.Queues) > 0 && len(t.Languages) > 0 && len(t.HarmDomains) > 0,
			"%s: needs at least one queue, language and harm domain", path)
		p.list(path+".queues", t.Queues, MaxClasses, isName, "the name of a queue")
		p.list(path+".languages", t.Languages, MaxClasses, isRange, "a BCP 47 language tag or \"*\"")
		p.list(path+".harmDomains", t.HarmDomains, MaxClasses, isDomain, "a harm domain or \"*\"")
		p.tier(path+".tier", t.Tier)
		p.weights(path+".teams", t.Teams)
		for j, o := range t.Overflow {
			p.check(isName(o) && !slices.Contains(t.Overflow[:j], o),
				"%s.overflow[%d]: %q must be the name of a team that stands once", path, j, o)
		}
		p.relaxed(path+".relaxed", t.Relaxed)
		classes = min(classes+len(t.Queues)*len(t.Languages)*len(t.HarmDomains), MaxClasses+1)
	}
	p.check(classes <= MaxClasses, "teams: the rows hold more than %d work classes", MaxClasses)
}

// MaxRelaxed bounds the steps of a row.
const MaxRelaxed = 2

func (p *problems) relaxed(path string, steps []Relaxed) {
	p.check(len(steps) <= MaxRelaxed, "%s: has %d entries, at most %d are allowed", path, len(steps), MaxRelaxed)
	var seen []string
	for i, r := range steps {
		p.check(r.AfterMillis > 0, "%s[%d].afterMillis: is %d, must be positive", path, i, r.AfterMillis)
		p.check(i == 0 || steps[i-1].AfterMillis <= r.AfterMillis, "%s[%d]: entries must ascend by age", path, i)
		p.check(len(r.Teams) > 0, "%s[%d].teams: names nobody", path, i)
		for j, name := range r.Teams {
			p.check(isName(name) && !slices.Contains(seen, name) && (j == 0 || r.Teams[j-1] < name),
				"%s[%d].teams[%d]: %q must be the name of a team that stands once, ascending", path, i, j, name)
			seen = append(seen, name)
		}
	}
}

func (p *problems) weights(path string, ws []Weight) {
	p.check(len(ws) <= MaxClasses, "%s: has %d entries, at most %d are allowed", path, len(ws), MaxClasses)
	for i, w := range ws {
		p.check(isName(w.Name), "%s[%d].name: %q is not a name", path, i, w.Name)
		p.check(w.Weight >= 1 && w.Weight <= MaxWeight, "%s[%d].weight: is %d, must be from 1 to %d", path, i, w.Weight, MaxWeight)
		p.check(i == 0 || ws[i-1].Name < w.Name, "%s[%d]: entries must ascend by name, without repeats", path, i)
	}
}
