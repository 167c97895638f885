package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// PolicyQuality says where it is counted what quality checks found, and how sure
// the shares of wrong decisions are to be.
// +kubebuilder:validation:XValidation:rule="[self.window, self.metrics.cohort, self.metrics.labelDelay].exists(d, !d.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$')) || duration(self.window) >= duration(self.metrics.cohort) + duration(self.metrics.cohort) + duration(self.metrics.labelDelay)",message="window must be at least two cohorts and the labelDelay of metrics: younger decisions have no checks that count"
type PolicyQuality struct {
	// window is how far back decisions are looked at: 24h to 720h, 168h by
	// default.
	// +kubebuilder:default="168h"
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || (duration(self) >= duration('24h') && duration(self) <= duration('720h'))",message="window must be from 24h to 720h"
	// +optional
	Window Duration `json:"window,omitempty"`
	// metrics say where the results of quality checks are counted.
	// +required
	Metrics QualityMetrics `json:"metrics"`
	// checks say how often quality checks are wrong themselves, as found by
	// checking them. Shares are corrected for it. Unset means never: then what
	// counts as wrong needs a second opinion.
	// +optional
	Checks *QualityChecks `json:"checks,omitempty"`
	// wanted is how sure the shares are to be. The minutes that this takes are
	// reserved in the plan of people. Unset means as sure as they are.
	// +optional
	Wanted *QualityWanted `json:"wanted,omitempty"`
}

// QualityMetrics name the series of a source that count quality checks. Each is a
// Gauge of a sum that only rises; docs/metrics-contract.md says what its rows are.
type QualityMetrics struct {
	// sourceRef names the metric source.
	// +required
	SourceRef SourceReference `json:"sourceRef"`
	// cohort is how long the times are by which decisions are counted together: 1h
	// to 168h.
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || (duration(self) >= duration('1h') && duration(self) <= duration('168h'))",message="cohort must be from 1h to 168h"
	// +required
	Cohort Duration `json:"cohort"`
	// labelDelay is after how long 95 % of what was sent to be checked has been.
	// +required
	LabelDelay Duration `json:"labelDelay"`
	// sampled counts decisions that were sent to be checked.
	// +required
	Sampled SeriesReference `json:"sampled"`
	// labelled counts those that have been checked.
	// +required
	Labelled SeriesReference `json:"labelled"`
	// wrong counts those that were found to be wrong.
	// +required
	Wrong SeriesReference `json:"wrong"`
}

// QualityChecks say how often quality checks are wrong.
type QualityChecks struct {
	// missed is the share of wrong decisions that a check finds right: at most
	// 0.5. Unset means none.
	// +kubebuilder:validation:XValidation:rule="!self.matches('^0[.][0-9]{1,6}$') || double(self) <= 0.5",message="missed must be at most 0.5: checks that miss more say nothing"
	// +optional
	Missed Share `json:"missed,omitempty"`
	// mistaken is the share of right decisions that a check finds wrong: at most
	// 0.2. Unset means none.
	// +kubebuilder:validation:XValidation:rule="!self.matches('^0[.][0-9]{1,6}$') || double(self) <= 0.2",message="mistaken must be at most 0.2: ask a second opinion before a decision counts as wrong"
	// +optional
	Mistaken Share `json:"mistaken,omitempty"`
}

// QualityWanted is how sure the shares of wrong decisions are to be: half-widths of
// intervals that hold the truth in 95 of 100 cases, such as "0.002" for ±0.2 %.
// +kubebuilder:validation:XValidation:rule="has(self.allowed) || has(self.actioned) || has(self.reviewed)",message="wanted needs allowed, actioned or reviewed"
type QualityWanted struct {
	// allowed is wanted of the share of violating items among those that machines
	// let through. Unset means none.
	// +optional
	Allowed Share `json:"allowed,omitempty"`
	// actioned is wanted of the share of benign items among those that machines
	// actioned. Unset means none.
	// +optional
	Actioned Share `json:"actioned,omitempty"`
	// reviewed is wanted of the shares of wrong ones among what people allowed and
	// among what they actioned. Unset means none.
	// +optional
	Reviewed Share `json:"reviewed,omitempty"`
	// labels that this is wanted of, 1 to 6. Unset means all.
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=6
	// +optional
	Labels []Word `json:"labels,omitempty"`
	// perMarket wants it of each market by itself, which takes as many checks in
	// each. Unset means false: of all markets together.
	// +optional
	PerMarket bool `json:"perMarket,omitempty"`
}

// PolicyQualityStatus is how often decisions by the policy are wrong.
type PolicyQualityStatus struct {
	// at is when these figures were made. They change when they moved.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +required
	At metav1.Time `json:"at"`
	// worst are the worst shares of wrong decisions, by what is proven: at most 8.
	// All of them are in the ConfigMap named after the policy with "-quality".
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=8
	// +optional
	Worst []QualityLine `json:"worst,omitempty"`
	// lines is the number of shares, including those not listed.
	// +optional
	Lines int32 `json:"lines,omitempty"`
}

// QualityLine is a share of decisions that are wrong.
type QualityLine struct {
	// label that decided or, of what machines let through, that is violated.
	// +required
	Label Word `json:"label"`
	// kind of error: Leakage (a violating item was allowed) or Overkill (a benign
	// item was actioned).
	// +kubebuilder:validation:MaxLength=8
	// +required
	Kind string `json:"kind"`
	// by is who decided: Machine or People.
	// +kubebuilder:validation:MaxLength=8
	// +required
	By string `json:"by"`
	// market of the items, or none.
	// +kubebuilder:validation:MaxLength=4
	// +optional
	Market string `json:"market,omitempty"`
	// language of the items, without what is beyond 12 characters of the tag.
	// +kubebuilder:validation:MaxLength=12
	// +optional
	Language string `json:"language,omitempty"`
	// share is "0.42 % (0.31 to 0.55)": the estimate and its interval.
	// +kubebuilder:validation:MaxLength=28
	// +required
	Share string `json:"share"`
	// checked decisions, two digits.
	// +optional
	Checked int32 `json:"checked,omitempty"`
	// wrong ones of them, two digits.
	// +optional
	Wrong int32 `json:"wrong,omitempty"`
	// waiting were sampled and are not counted yet, two digits.
	// +optional
	Waiting int32 `json:"waiting,omitempty"`
}
