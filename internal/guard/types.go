package guard

import "github.com/modcap/modcap/internal/sample"

// Kind is the kind of an error.
type Kind string

// The kinds of errors.
const (
	Leakage  Kind = "Leakage"  // a violating item is allowed
	Overkill Kind = "Overkill" // a benign item is actioned
)

// Action is what a revision does with an item, as in routing documents.
type Action string

// The actions.
const (
	Allow  Action = "Allow"
	Review Action = "Review"
	Act    Action = "Act"
)

// Stream is what errors are counted by: a label of the policy and a kind.
type Stream struct {
	Label string `json:"label"`
	Kind  Kind   `json:"kind"`
}

// Move is a change of an item's verdict: what the stable revision does with it, and what the candidate.
type Move struct {
	From Action `json:"from"`
	To   Action `json:"to"`
}

// Arm is the revision that decided an item.
type Arm string

// The arms.
const (
	Stable    Arm = "Stable"
	Candidate Arm = "Candidate"
)

// Counters are what the data plane has counted since the rollout began: each row is a sum that only
// rises, by the cohort of items that were decided (not checked) in the same interval. Rows may come
// in any order, and several of one key are added up. The zero value has no Quality: it is Absent.
type Counters struct {
	// Quality is the worst of all series that the rows are of.
	Quality sample.Quality `json:"quality"`
	// Cause says why it is not Fresh.
	Cause sample.Cause `json:"cause,omitempty"`
	// Where names the series that is not and, of a row that cannot be read, the label: for people.
	Where string `json:"where,omitempty"`
	// Entered, Moved, Sampled and Wrong are the rows. A label that has no row in Moved, and a stream that has none
	// in Wrong, are not counted: that is not zero. A row in Wrong, with or without errors, says that the stream's
	// errors are looked for in strata of that name.
	Entered []Entered `json:"entered,omitempty"`
	Moved   []Moved   `json:"moved,omitempty"`
	Sampled []Sampled `json:"sampled,omitempty"`
	Wrong   []Wrong   `json:"wrong,omitempty"`
}

// Cell is a cohort of a market.
type Cell struct {
	Market string `json:"market"`
	// Cohort is when the cohort begins; Terms.Cohort is how long it is.
	Cohort sample.Instant `json:"cohort"`
}

// Entered is how many items both revisions were evaluated on: the denominator of what moves.
type Entered struct {
	Cell
	Items int64 `json:"items"`
}

// Moved are items whose verdict by a label differs between the revisions, whichever was applied.
type Moved struct {
	Cell
	Label string `json:"label"`
	Move  Move   `json:"move"`
	Items int64  `json:"items"`
	// Sampled of them, at random, were sent to be checked; Labelled have been; Violating were found to be.
	Sampled   int64 `json:"sampled"`
	Labelled  int64 `json:"labelled"`
	Violating int64 `json:"violating"`
}

// Stratum is what is sampled at one rate in an arm: allowed, actioned, reviewed by people, near a
// threshold. Any names will do.
type Stratum struct {
	Cell
	Arm  Arm    `json:"arm"`
	Name string `json:"name"`
}

// Sampled are the random checks of a stratum: of each item all labels are checked.
type Sampled struct {
	Stratum
	// Rate is the share of the stratum's items that is sampled. It changes between cohorts only.
	Rate sample.PPM `json:"rate"`
	// Sampled were sent to be checked, Labelled have been.
	Sampled  int64 `json:"sampled"`
	Labelled int64 `json:"labelled"`
}

// Wrong are errors of a stream that were found among the labelled of a stratum.
type Wrong struct {
	Stratum
	Stream
	Errors int64 `json:"errors"`
}

// Terms are what the policy declares.
type Terms struct {
	// Streams are all streams that are watched. A stream that is counted and not named here is passed over.
	Streams []Watched `json:"streams"`
	// People are how often people err in review, by label; a label that is not named errs never.
	People []People `json:"people,omitempty"`
	// Budget is how often a good change may be aborted, over the whole rollout: 5 % if 0.
	Budget sample.PPM `json:"budget,omitempty"`
	// Doubt is how often a bad change may be let through: 5 % if 0.
	Doubt sample.PPM `json:"doubt,omitempty"`
	// Discordant is how many items of each move are to be sampled before their errors are judged: 300 if 0.
	Discordant int64 `json:"discordant,omitempty"`
	// Cohort is how long a cohort of decisions is.
	Cohort sample.Span `json:"cohort"`
	// Delay is the age at which 95 % of all samples are labelled, counted from the decision.
	Delay sample.Span `json:"delay"`
}

// Watched is a stream with what it is allowed.
type Watched struct {
	Stream
	// Primary streams may abort, and must be within their margins to advance. The budget is theirs.
	Primary bool `json:"primary,omitempty"`
	// Severity is the stream's part of the budget, beside those of the other primary streams: 1 if 0.
	Severity int64 `json:"severity,omitempty"`
	// Margin is how many more errors per 10,000 items that enter are tolerated.
	Margin sample.Milli `json:"margin"`
	// Unchanged says that the label is the same in both revisions: nothing moves by it, and no row of Moved is waited for.
	Unchanged bool `json:"unchanged,omitempty"`
	// Tolerated is the relative rise that the random samples do not count as one.
	Tolerated sample.PPM `json:"tolerated,omitempty"`
}

// People are the shares of violating items that reviewers let through, and of benign ones that they action.
type People struct {
	Label    string     `json:"label"`
	Leakage  sample.PPM `json:"leakage"`
	Overkill sample.PPM `json:"overkill"`
}

// Step is the step of the rollout that is under way.
type Step struct {
	// Shadow is the first step, in which the candidate decides nothing.
	Shadow bool `json:"shadow,omitempty"`
	// Since is when the step began, and Began when the rollout did.
	Since sample.Instant `json:"since"`
	Began sample.Instant `json:"began"`
	// Hold is how long the step takes at least, MaxHold at most; no limit if 0.
	Hold    sample.Span `json:"hold"`
	MaxHold sample.Span `json:"maxHold,omitempty"`
}

// Period is a time whose cohorts do not count: relief was on, or the percent changed.
type Period struct {
	From  sample.Instant `json:"from"`
	Until sample.Instant `json:"until"`
}

// Input is everything that Judge is told.
type Input struct {
	Now      sample.Instant `json:"now"`
	Terms    Terms          `json:"terms"`
	Step     Step           `json:"step"`
	Counters Counters       `json:"counters"`
	// Excluded are times whose cohorts do not count.
	Excluded []Period `json:"excluded,omitempty"`
	// State is that of the last Verdict of this rollout; zero at its beginning.
	State State `json:"state"`
}

// State is the most that was ever counted in this rollout. Counters that fall below it have been lost,
// and evidence with them.
type State struct {
	Moved  int64 `json:"moved,omitempty"`
	Checks int64 `json:"checks,omitempty"`
	Errors int64 `json:"errors,omitempty"`
}

// Outcome is what a step may do.
type Outcome string

// The outcomes. The zero value is none of them.
const (
	// Advance means that every primary stream is shown to be within its margin.
	Advance Outcome = "Advance"
	// Hold means that more has to be known, or that the step's time is not over.
	Hold Outcome = "Hold"
	// Abort means that a rise beyond the margin is shown.
	Abort Outcome = "Abort"
	// Inconclusive means that maxHold has passed on Hold: somebody has to decide.
	Inconclusive Outcome = "Inconclusive"
)

// Reason says why, as a code that is stable across releases.
type Reason string

// The reasons of a Verdict, and of a stream's Evidence. At the end of maxHold they say what was
// missing.
const (
	// ReasonWithinMargin: shown to be within the margin. Goes with Advance.
	ReasonWithinMargin Reason = "WithinMargin"
	// ReasonMovedItemsWorse: the sample of moved items shows a rise, and the estimate is beyond the margin.
	ReasonMovedItemsWorse Reason = "MovedItemsWorse"
	// ReasonCandidateWorse: the random samples show a rise in the candidate's arm, and the estimate is beyond the margin.
	ReasonCandidateWorse Reason = "CandidateWorse"
	// ReasonRiseInMargin: a rise is shown by the random samples, and the estimate is within the margin: it holds, and alerts.
	ReasonRiseInMargin Reason = "RiseInMargin"
	// ReasonMarketWorse: one market shows a rise, at the false discovery rate of the budget: it holds, and alerts.
	ReasonMarketWorse Reason = "MarketWorse"
	// ReasonSecondaryWorse: the same of a stream that is not primary, in all markets together.
	ReasonSecondaryWorse Reason = "SecondaryWorse"
	// ReasonNotShown: the upper bound is beyond the margin.
	ReasonNotShown Reason = "NotShown"
	// ReasonSampling: fewer moved items have been sampled than were to be.
	ReasonSampling Reason = "Sampling"
	// ReasonMaturing: labels of the sample are still coming in.
	ReasonMaturing Reason = "Maturing"
	// ReasonHolding: nothing is missing but the step's time.
	ReasonHolding Reason = "Holding"
	// ReasonNoData: nothing is counted.
	ReasonNoData Reason = "NoData"
	// ReasonNotFresh: the counters are not Fresh.
	ReasonNotFresh Reason = "NotFresh"
	// ReasonCountersFell: less is counted than was before.
	ReasonCountersFell Reason = "CountersFell"
	// ReasonImplausible: counters contradict one another, such as more labelled than sampled.
	ReasonImplausible Reason = "Implausible"
	// ReasonTerms: the terms cannot be judged by: no primary stream, no margin, no cohort length.
	ReasonTerms Reason = "Terms"
)

// Verdict is the answer.
type Verdict struct {
	Outcome Outcome `json:"outcome"`
	Reason  Reason  `json:"reason"`
	// Binding is the stream that decided, and Market its market; zero if none did.
	Binding Stream `json:"binding,omitzero"`
	Market  string `json:"market,omitempty"`
	// Matured is the end of the newest cohort that counts, of moved items or random checks; 0 if none does.
	Matured sample.Instant `json:"matured,omitempty"`
	// Next is when a later look may say something else though nothing is counted: the end of hold, of maxHold,
	// or of a cohort's delay. 0 if none of them is to come.
	Next sample.Instant `json:"next,omitempty"`
	// Evidence is a line for each stream that is watched: primary ones first, the more severe first, then by name.
	// After them are those of single markets whose bet stands higher than it began, worst first, 32 at most.
	Evidence []Evidence `json:"evidence,omitempty"`
	// State is to be given to the next Judge.
	State State `json:"state"`
}

// Evidence is what is known of a stream. Rates and changes are errors per 10,000 items that enter, in
// thousandths.
type Evidence struct {
	Stream
	// Market is empty for all markets together.
	Market  string `json:"market,omitempty"`
	Primary bool   `json:"primary,omitempty"`
	// Outcome and Reason are the stream's own.
	Outcome Outcome      `json:"outcome"`
	Reason  Reason       `json:"reason"`
	Margin  sample.Milli `json:"margin"`
	// Alpha is the stream's part of the budget.
	Alpha sample.PPM `json:"alpha,omitempty"`
	// Moved is what the sample of moved items says; zero by market.
	Moved Bounds `json:"moved,omitzero"`
	// Arms is what the random samples say.
	Arms Bet `json:"arms,omitzero"`
}

// Bounds are those of the change in errors that the moved items bring.
type Bounds struct {
	// Estimate leaves out what is not labelled. Lower counts it for the candidate and has the stream's part of
	// the budget, Upper against it and has the doubt.
	Estimate sample.Milli `json:"estimate"`
	Lower    sample.Milli `json:"lower"`
	Upper    sample.Milli `json:"upper"`
	// Items that entered, those of them that moved, and of those the sampled, and the labelled.
	Items    int64 `json:"items"`
	Moved    int64 `json:"moved"`
	Sampled  int64 `json:"sampled"`
	Labelled int64 `json:"labelled"`
}

// Bet is an e-process: what one unit has become that was bet on the candidate's being worse.
type Bet struct {
	// LogWealth is the natural logarithm of it, and LogThreshold where it aborts, both in thousandths.
	LogWealth    sample.Milli `json:"logWealth"`
	LogThreshold sample.Milli `json:"logThreshold"`
	// StableErrors were found among StableChecks, CandidateErrors among CandidateChecks.
	StableErrors    int64 `json:"stableErrors"`
	StableChecks    int64 `json:"stableChecks"`
	CandidateErrors int64 `json:"candidateErrors"`
	CandidateChecks int64 `json:"candidateChecks"`
	// Stable and Candidate are the rates, weighted by sampling rate.
	Stable    sample.Milli `json:"stable"`
	Candidate sample.Milli `json:"candidate"`
}
