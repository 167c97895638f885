package resolve

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// reworkPercent is the share of what is looked at again that is planned to be begun in time: all of
// it, as near as can be.
const reworkPercent sample.PPM = 999_900

// ReworkName is the name of the stream that stands for an override among the classes of a plan.
func ReworkName(override string) string { return fitted("rework/" + override) }

// fitted is a name of a stream as long as a status can say: a longer one ends with a hash.
func fitted(name string) string {
	const most = 63
	if len(name) <= most {
		return name
	}
	hash := sha256.Sum256([]byte(name))
	return name[:most-9] + "-" + hex.EncodeToString(hash[:4])
}

// Rework puts the work of overrides into a plan's input, in place of what stands there of the same
// ones. Others than those of people are left alone. The error says which cannot be planned, and why.
func Rework(in *staffing.Input, all []v1alpha1.CapacityOverride) error {
	var errs []error
	for i := range all {
		o := &all[i]
		if o.Spec.Type != v1alpha1.OverrideRework {
			continue
		}
		in.Classes = slices.DeleteFunc(slices.Clone(in.Classes), func(c staffing.Class) bool { return c.Key.Review == ReworkName(o.Name) })
		c, more, err := rework(in, o)
		if err != nil {
			errs = append(errs, fmt.Errorf("override %s: %w", o.Name, err))
		} else if more {
			in.Classes = append(in.Classes, c)
		}
	}
	slices.SortStableFunc(in.Classes, func(a, b staffing.Class) int {
		return strings.Compare(reworkOf(a.Key.Review), reworkOf(b.Key.Review))
	})
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(errs...)
}

// reworkOf is the override that a stream stands for; empty for a stream of a queue.
func reworkOf(review string) string {
	name, _ := strings.CutPrefix(review, "rework/")
	if name == review {
		return ""
	}
	return name
}

// rework is the work that an override adds from now on; false when it is over, or none is left.
func rework(in *staffing.Input, o *v1alpha1.CapacityOverride) (staffing.Class, bool, error) {
	r := o.Spec.Rework
	if r == nil {
		return staffing.Class{}, false, errors.New("spec.rework: it is needed with type: Rework")
	}
	c, err := reworked(in.Classes, r)
	if err != nil {
		return c, false, err
	}
	from, until := max(sample.At(o.CreationTimestamp.Time), 0), sample.At(o.Spec.Until.Time)
	if o.Spec.From != nil {
		from = max(from, sample.At(o.Spec.From.Time))
	}
	if from == 0 {
		from = in.Now // it is tried, and not there yet
	}
	if until <= max(in.Now, from) {
		return c, false, nil
	}
	c.Key.Review, c.Relax, c.DecisionsPerItem = ReworkName(o.Name), nil, sample.One
	c.Dispersion, c.ForecastError = 1, 1 // how much it is is known, and not guessed
	none := sample.FreshAt(0, in.Now)
	c.ArrivalsPerHour, c.Backlog, c.OldestAge = none, none, none
	c.Promises = []staffing.Promise{{Percent: reworkPercent, Within: until.Since(from), Measure: staffing.Started}}
	grid := in.Grid()
	c.Rates = make([]sample.Milli, grid.N)
	if from > in.Now {
		return c, comesAt(&c, grid, max(in.Now, from), r), nil
	}
	c.Due, c.Backlog.Value = until, leftOf(r, in.Now, from, until)
	return c, c.Backlog.Value > 0, nil
}

// comesAt has all items come in the interval of from; false if the grid ends before.
func comesAt(c *staffing.Class, grid staffing.Grid, from sample.Instant, r *v1alpha1.Rework) bool {
	i := int(from.Since(grid.Start) / grid.Width)
	if i >= grid.N {
		return false
	}
	c.Rates[i] = sample.Milli(sample.MulDivUp(int64(undone(r)), int64(sample.Hour), int64(grid.Width)))
	return undone(r) > 0
}

// undone is what is not known to be done of the items.
func undone(r *v1alpha1.Rework) sample.Milli {
	if r.Done != nil {
		return sample.Whole(int64(max(r.Items-*r.Done, 0)))
	}
	return sample.Whole(int64(max(r.Items, 0)))
}

// leftOf is what is left to do now: what nobody counts is done evenly.
func leftOf(r *v1alpha1.Rework, now, from, until sample.Instant) sample.Milli {
	if r.Done != nil {
		return undone(r)
	}
	return sample.Milli(sample.MulDivUp(int64(undone(r)), int64(until.Since(now)), int64(until.Since(from))))
}

// reworked is the class of the items, as the stream has it: one of its classes, a part of one that
// stands for several, or, where the items are of several, one that needs the skills of all.
func reworked(all []staffing.Class, r *v1alpha1.Rework) (staffing.Class, error) {
	of := slices.DeleteFunc(slices.Clone(all), func(c staffing.Class) bool {
		return c.Key.Queue != r.QueueRef.Name || c.Key.Review != string(r.Review) || c.Derived
	})
	is := func(want, has string) bool { return want == "" || want == has }
	exact := slices.DeleteFunc(slices.Clone(of), func(c staffing.Class) bool {
		return !is(string(r.Language), c.Key.Language) || !is(string(r.HarmDomain), c.Key.HarmDomain)
	})
	if len(of) == 0 {
		return staffing.Class{}, fmt.Errorf("spec.rework: the plan has no stream %s of queue %s", r.Review, r.QueueRef.Name)
	}
	if of[0].Work == staffing.Rooms {
		return of[0], errRooms(r.Review, r.QueueRef.Name)
	}
	if len(exact) > 0 {
		return jointly(exact), nil
	}
	for _, c := range of {
		if narrow(&c, string(r.Language), string(r.HarmDomain)) {
			return c, nil
		}
	}
	return staffing.Class{}, fmt.Errorf("spec.rework: stream %s of queue %s has no items in language %q of harm domain %q; it has %s",
		r.Review, r.QueueRef.Name, r.Language, r.HarmDomain, named(of))
}

func errRooms(stream v1alpha1.Word, queue string) error {
	return fmt.Errorf("spec.rework.review: stream %s of queue %s watches rooms, which cannot be looked at again", stream, queue)
}

// narrow makes a class that stands for several languages or domains one of them; false if it is not
// among them.
func narrow(c *staffing.Class, language, domain string) bool {
	one := func(key *string, all *[]string, want string, covers func(held, asked string) bool) bool {
		if want == "" || *key == want {
			return true
		}
		if *key != "" || len(*all) > 0 && !slices.ContainsFunc(*all, func(x string) bool { return covers(x, want) }) {
			return false
		}
		*key, *all = want, nil
		return true
	}
	same := func(held, asked string) bool { return held == asked || held == "*" }
	return one(&c.Key.Language, &c.Requires.Languages, language, Covers) && one(&c.Key.HarmDomain, &c.Requires.HarmDomains, domain, same)
}

// jointly is one class for items of some: it needs the skills of all, and as long as the longest.
func jointly(all []staffing.Class) staffing.Class {
	c := slices.MaxFunc(all, func(a, b staffing.Class) int {
		return cmp.Or(cmp.Compare(a.HandleTime.Value, b.HandleTime.Value), b.Key.Compare(a.Key))
	})
	if len(all) == 1 {
		return c
	}
	var languages, domains []string
	for _, x := range all {
		languages = append(append(languages, x.Requires.Languages...), x.Key.Language)
		domains = append(append(domains, x.Requires.HarmDomains...), x.Key.HarmDomain)
	}
	c.Key.Language, c.Requires.Languages = joint(languages)
	c.Key.HarmDomain, c.Requires.HarmDomains = joint(domains)
	return c
}

// joint is the one skill of some, or all of them.
func joint(skills []string) (one string, all []string) {
	slices.Sort(skills)
	skills = slices.DeleteFunc(slices.Compact(skills), func(s string) bool { return s == "" })
	if len(skills) == 1 {
		return skills[0], nil
	}
	return "", skills
}

// named names some classes for a sentence.
func named(all []staffing.Class) string {
	const few = 8
	var out []string
	for _, c := range all[:min(len(all), few)] {
		out = append(out, fmt.Sprintf("%s/%s", cmp.Or(c.Key.Language, "*"), cmp.Or(c.Key.HarmDomain, "*")))
	}
	if len(all) > few {
		out = append(out, "...")
	}
	return strings.Join(out, ", ")
}

// CheckRework says what is wrong with the items of an override about a queue; nil when nothing is.
func CheckRework(r *v1alpha1.Rework, q *v1alpha1.ModerationQueue) error {
	i := slices.IndexFunc(q.Spec.Reviews, func(s v1alpha1.ReviewStream) bool { return s.Name == r.Review })
	switch {
	case i < 0:
		return fmt.Errorf("spec.rework.review: queue %s has no stream %s", q.Name, r.Review)
	case q.Spec.Reviews[i].Work == v1alpha1.WorkRooms:
		return errRooms(r.Review, q.Name)
	case r.Language != "" && !listsLanguage(q, r.Language):
		return fmt.Errorf("spec.rework.language: %s is not one of the languages of queue %s", r.Language, q.Name)
	case r.HarmDomain != "" && !listsDomain(&q.Spec.Reviews[i], r.HarmDomain):
		return fmt.Errorf("spec.rework.harmDomain: %s is not one of the harmDomains of stream %s of queue %s", r.HarmDomain, r.Review, q.Name)
	}
	return nil
}

// ReworkDone reports whether an override is known to have nothing left to do.
func ReworkDone(o *v1alpha1.CapacityOverride) bool {
	return o.Spec.Rework != nil && undone(o.Spec.Rework) == 0
}
