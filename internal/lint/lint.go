package lint

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/regimes"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/routing"
)

// Kinds of objects that findings are about, besides those of package routing.
const (
	KindQueue         = routing.KindQueue
	KindPolicy        = routing.KindPolicy
	KindPool          = "ClassifierPool"
	KindTeam          = "ReviewTeam"
	KindTarget        = "StaffingTarget"
	KindSource        = "MetricSource"
	KindClusterSource = "ClusterMetricSource"
	KindOverride      = "CapacityOverride"
	KindRegimes       = "ConfigMap" // with the label of regimes
)

// Input is the objects of one namespace. None is modified.
type Input struct {
	Now       time.Time
	Namespace string
	// Unread are the kinds whose objects are not all here: of such a kind nothing is taken to be missing.
	Unread map[string]bool
	// Partial says that there may be queues besides these on a surface.
	Partial        bool
	Queues         []*v1alpha1.ModerationQueue
	Policies       []*v1alpha1.ModerationPolicy
	Pools          []*v1alpha1.ClassifierPool
	Teams          []*v1alpha1.ReviewTeam
	Targets        []*v1alpha1.StaffingTarget
	Sources        []*v1alpha1.MetricSource
	ClusterSources []*v1alpha1.ClusterMetricSource
	Overrides      []*v1alpha1.CapacityOverride
	// Volumes are what comes to queues, where that is known: without any, nothing is said of what takes too long.
	Volumes []Volume
	// Regimes are those that queues may name.
	Regimes regimes.Catalogue
	// Schedules are those that teams name, by ConfigMap. A team whose schedule is not among them may be
	// there at any time.
	Schedules map[string]*resolve.Schedule
	// Refused is what is wrong with objects by themselves, as their reader found: what the API server would refuse them
	// for, where no code is set.
	Refused []Finding
}

// Object names what a finding is about.
type Object struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

// Finding is a problem in what the objects say together.
type Finding struct {
	Code     string `json:"code"`
	Severity string `json:"severity"`
	// Object is the one to be corrected, With the others that the finding is about.
	Object Object   `json:"object"`
	Field  string   `json:"field,omitempty"`
	With   []Object `json:"with,omitempty"`
	// Message says in a sentence what is wrong, Fix what to change.
	Message string `json:"message"`
	Fix     string `json:"fix"`
}

// Check is everything that is found in the objects: Rules, and what package routing finds when it
// compiles the documents.
func Check(in Input) []Finding {
	c := newChecker(in)
	c.run()
	c.compile()
	return arrange(c.out)
}

// Rules is what is found without compiling documents.
func Rules(in Input) []Finding {
	c := newChecker(in)
	c.run()
	return arrange(c.out)
}

// Status are findings as the status of an object has them.
func Status(all []Finding) []v1alpha1.Finding {
	out := make([]v1alpha1.Finding, len(all))
	for i, f := range all {
		out[i] = v1alpha1.Finding{Code: f.Code, Severity: f.Severity, Field: f.Field, Message: f.Message, Fix: f.Fix}
	}
	return Together(out)
}

// Together are the findings of one object, whoever found them, each once, in the order in which its status lists them:
// errors first.
func Together(found ...[]v1alpha1.Finding) []v1alpha1.Finding {
	all := slices.Concat(found...)
	slices.SortStableFunc(all, func(a, b v1alpha1.Finding) int {
		return cmp.Or(cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Field, b.Field),
			cmp.Compare(a.Message, b.Message))
	})
	return slices.Compact(all)
}

// arrange puts errors first and drops repeats, and what only says that something is invalid where another finding says
// in more words why.
func arrange(fs []Finding) []Finding {
	fs = slices.DeleteFunc(slices.Clone(fs), func(f Finding) bool {
		return slices.ContainsFunc(fs, func(o Finding) bool {
			return o.Object == f.Object && (plainer(f.Code, o.Code) && sameField(f.Field, o.Field) ||
				f.Code == routing.CodeDocumentRefused && o.Code == CodeRefused)
		})
	})
	slices.SortFunc(fs, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.Severity, b.Severity), // "Error" is before "Warning"
			cmp.Compare(a.Object.Kind, b.Object.Kind), cmp.Compare(a.Object.Name, b.Object.Name),
			cmp.Compare(a.Code, b.Code), cmp.Compare(a.Field, b.Field), cmp.Compare(a.Message, b.Message),
		)
	})
	return slices.CompactFunc(fs, func(a, b Finding) bool {
		return a.Code == b.Code && a.Object == b.Object && a.Field == b.Field && a.Message == b.Message
	})
}

// plainer reports whether a finding with the one code about a field says less than one with the other.
func plainer(code, than string) bool {
	switch than {
	case routing.CodeBandsCrossed, routing.CodeMarketOverriddenTwice, routing.CodeValueUnreadable, routing.CodeStreamsShareDomain,
		CodeMarketUnknown, CodeLanguageUnknown, CodeTimeZoneUnknown:
		return code == CodeInvalidSpec || code == CodeRefused
	case CodeRefused:
		return code == CodeInvalidSpec || code == CodeEscalationNotHigher
	}
	return false
}

// sameField reports whether two paths are of the same field, or one is of a part of the other.
func sameField(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	rest, is := strings.CutPrefix(b, a)
	return is && (rest == "" || rest[0] == '.' || rest[0] == '[')
}
