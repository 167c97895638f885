package quality

import "github.com/modcap/modcap/internal/sample"

// Decider is who decided.
type Decider string

// Who decides.
const (
	Machine Decider = "Machine"
	People  Decider = "People"
)

// Verdict is what was decided.
type Verdict string

// Verdicts. One that is wrong is a Leakage if it was Allow, and Overkill if it was Act.
const (
	Allow Verdict = "Allow"
	Act   Verdict = "Act"
)

// Kind of an error.
type Kind string

// Kinds of errors.
const (
	Leakage  Kind = "Leakage"  // a violating item was allowed
	Overkill Kind = "Overkill" // a benign item was actioned
)

// kindOf is the error that a wrong verdict is.
func kindOf(v Verdict) Kind {
	if v == Allow {
		return Leakage
	}
	return Overkill
}

// NoLabel stands for the label of items that a machine allowed: every label let them through.
const NoLabel = "none"

// Cell is decisions of one kind whose checks are counted together.
type Cell struct {
	// Label that decided or, of People, that brought the item to them; of errors among what a
	// machine allowed, the label that the item violates.
	Label    string
	Verdict  Verdict
	By       Decider
	Market   string
	Language string
	Revision string
	// Rate is the share of such decisions that are sampled, above 0.
	Rate sample.PPM
	// Cohort is when the interval began in which the items were decided.
	Cohort sample.Instant
}

// Row is what was counted of a cell.
type Row struct {
	Cell
	N int64
}

// Counts are the rows of all three series. Only Fresh ones are measured by.
type Counts struct {
	Quality sample.Quality
	Cause   sample.Cause
	// Sampled were sent to be checked, Labelled have been, and Wrong were found to be.
	Sampled  []Row
	Labelled []Row
	Wrong    []Row
}

// Terms are what the policy declares.
type Terms struct {
	// Window is how far back decisions are looked at, Cohort how long a cohort is, and Delay the
	// age by which 95 % of checks have come back, counted from the end of the cohort.
	Window, Cohort, Delay sample.Span
	// Missed is the share of wrong decisions that a check finds right, and Mistaken that of right
	// ones which it finds wrong. Together they are below one.
	Missed, Mistaken sample.PPM
	// Labels are the policy's.
	Labels []string
	Wanted Wanted
}

// Wanted are the half-widths of intervals that are wanted of each label, by what was decided: of
// items that machines allowed, or actioned, and of those that people reviewed. 0 is none.
type Wanted struct {
	Allowed, Actioned, Reviewed sample.PPM
	// Labels that they are wanted for, all if empty.
	Labels []string
	// PerMarket wants them of each market by itself.
	PerMarket bool
}

// of is the half-width that is wanted of a key.
func (w *Wanted) of(c Cell) sample.PPM {
	switch {
	case c.By != Machine:
		return w.Reviewed
	case c.Verdict == Allow:
		return w.Allowed
	}
	return w.Actioned
}

// Seen is the most that was counted of a cohort.
type Seen struct {
	Cohort   sample.Instant `json:"cohort"`
	Sampled  int64          `json:"sampled"`
	Labelled int64          `json:"labelled"`
	Wrong    int64          `json:"wrong"`
	// Fell says that less was counted later: the cohort does not count any more.
	Fell bool `json:"fell,omitempty"`
}

// Input is all that Measure looks at.
type Input struct {
	Now    sample.Instant
	Terms  Terms
	Counts Counts
	// Before is what the last Measure returned as Seen, of the same spec.
	Before []Seen
}

// Outcome says what came of it.
type Outcome string

// Outcomes.
const (
	Measured Outcome = "Measured" // every share is known, as sharp as wanted
	TooFew   Outcome = "TooFew"   // an interval is wider than wanted
	Unknown  Outcome = "Unknown"  // some shares are not known: see Problems
)

// Code says why something is not known.
type Code string

// Codes, the gravest first.
const (
	// NotFresh: the rows are absent, old or not as the contract says; Cause says which.
	NotFresh Code = "NotFresh"
	// CountersFell: sums of a cohort fell, so that it is left out.
	CountersFell Code = "CountersFell"
	// NothingMatured: no cohort's checks have had the time to come back, or there were none.
	NothingMatured Code = "NothingMatured"
	// Contradicting: more was labelled than sampled, or found wrong than labelled.
	Contradicting Code = "Contradicting"
	// RowsMissing: what was sampled has no row of labelled or wrong, or a wanted label has none at all.
	RowsMissing Code = "RowsMissing"
	// LabelsLate: of old cohorts more than a fifth of the checks are missing.
	LabelsLate Code = "LabelsLate"
)

// Problem is something that keeps a share from being known.
type Problem struct {
	Code  Code         `json:"code"`
	Cause sample.Cause `json:"cause,omitempty"`
	// Label that it was found of first, by name; empty if it is of no label.
	Label string `json:"label,omitempty"`
}

// Result is the answer.
type Result struct {
	Outcome  Outcome   `json:"outcome"`
	Problems []Problem `json:"problems,omitempty"`
	// Lines are shares by label, kind, market, language, who decided and revision; Places are those
	// of all revisions together; Totals are by label, kind and who decided alone, and by market
	// besides where that is wanted. The worst come first: by what is proven, the lower end.
	Lines  []Line `json:"lines,omitempty"`
	Places []Line `json:"worst,omitempty"`
	Totals []Line `json:"totals,omitempty"`
	// Needs are what the wanted interval takes, for each label, market and verdict it is wanted for.
	Needs []Need `json:"needs,omitempty"`
	// Reviewers are how often people err, by label.
	Reviewers []Reviewer `json:"reviewers,omitempty"`
	// Until is the end of the newest cohort that counts; 0 if none does.
	Until sample.Instant `json:"until,omitempty"`
	Seen  []Seen         `json:"seen,omitempty"`
}

// Line is a share of decisions that are wrong. Empty fields mean all together.
type Line struct {
	Label    string  `json:"label"`
	Kind     Kind    `json:"kind"`
	By       Decider `json:"by"`
	Market   string  `json:"market,omitempty"`
	Language string  `json:"language,omitempty"`
	Revision string  `json:"revision,omitempty"`
	// Estimate, and the interval that holds the truth in 95 of 100 samples.
	Estimate sample.PPM `json:"estimate"`
	Lower    sample.PPM `json:"lower"`
	Upper    sample.PPM `json:"upper"`
	// Checked were looked at, Wrong of them are errors, and Waiting were sampled and are not
	// counted: their cohort is too young, or they have not come back.
	Checked int64 `json:"checked"`
	Wrong   int64 `json:"wrong"`
	Waiting int64 `json:"waiting"`
	// Decided is how many decisions the checks stand for.
	Decided int64 `json:"decided"`
}

// Need is what the wanted interval takes of the checks of one kind of decisions. Numbers are
// rounded to two digits, the wanted ones up.
type Need struct {
	Label   string  `json:"label"`
	Market  string  `json:"market,omitempty"`
	Verdict Verdict `json:"verdict"`
	By      Decider `json:"by"`
	// HalfWidth of the interval as it is, and that which is wanted.
	HalfWidth   sample.PPM `json:"halfWidth"`
	WantedWidth sample.PPM `json:"wantedHalfWidth"`
	// Decided, Sampled and Wanted are decisions and checks a day.
	Decided sample.Milli `json:"decided"`
	Sampled sample.Milli `json:"sampled"`
	Wanted  sample.Milli `json:"wanted"`
	// Rate is the share of decisions that is to be checked: at most 1, with which the interval may
	// still be wider than wanted.
	Rate sample.PPM `json:"rate"`
}

// Wide is true where the interval is wider than wanted.
func (n *Need) Wide() bool { return n.HalfWidth > n.WantedWidth }

// Short is true where fewer are sampled than the interval takes.
func (n *Need) Short() bool { return n.Wanted > n.Sampled }

// Beyond is true where checking every decision would not be enough.
func (n *Need) Beyond() bool { return n.Wanted > n.Decided }

// Reviewer is how often people err in review of a label's items.
type Reviewer struct {
	Label string `json:"label"`
	// Leakage is the share of violating items that they let through, Overkill that of benign ones
	// that they action.
	Leakage  sample.PPM `json:"leakage"`
	Overkill sample.PPM `json:"overkill"`
}
