package resolve

import (
	"errors"
	"fmt"
	"slices"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/regimes"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// checkDemand says what is wrong with who does the work of a stream, and with the work
// that it has besides its own items.
func checkDemand(r *v1alpha1.ReviewStream, field string) error {
	switch r.Requires.Role {
	case "", v1alpha1.RoleReview, v1alpha1.RoleQA, v1alpha1.RoleAppeals:
	default:
		return fmt.Errorf("%s.requires.role: %s is no role; write Review, QA or Appeals", field, r.Requires.Role)
	}
	if r.Work == v1alpha1.WorkRooms && (r.ReworkShare != "" || r.QASample != nil || r.Escalation != nil ||
		len(r.HandleTimeChanges) > 0 || len(r.Relax) > 0) {
		return fmt.Errorf("%s: reworkShare, qaSample, escalation, handleTimeChanges and relax are for work: Items only", field)
	}
	for _, check := range []func(*v1alpha1.ReviewStream) error{checkRework, checkSample, checkEscalation, checkHandleChanges} {
		if err := check(r); err != nil {
			return fmt.Errorf("%s.%w", field, err)
		}
	}
	return nil
}

func checkRework(r *v1alpha1.ReviewStream) error {
	if r.ReworkShare == "" {
		return nil
	}
	back, err := r.ReworkShare.PPM()
	if err == nil && back > int64(sample.AllPPM)*9/10 {
		err = fmt.Errorf("it is %s; with more than 0.9 hardly any decision would stand", r.ReworkShare)
	}
	return inField("reworkShare", err)
}

// inField says in which field an error is; nil when there is none.
func inField(field string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", field, err)
}

func checkSample(r *v1alpha1.ReviewStream) error {
	qa := r.QASample
	if qa == nil {
		return nil
	}
	if r.Requires.Role == v1alpha1.RoleQA {
		return errors.New("qaSample: the stream is one of quality samples itself (requires.role: QA)")
	}
	given := false
	for _, share := range []v1alpha1.Score{qa.Allowed, qa.Actioned, qa.Reviewed} {
		if share == "" {
			continue
		}
		if _, err := share.PPM(); err != nil {
			return inField("qaSample", err)
		}
		given = true
	}
	if !given {
		return errors.New("qaSample: it needs allowed, actioned or reviewed")
	}
	return inField("qaSample", readableTimes(&qa.Within, qa.HandleTime))
}

func checkEscalation(r *v1alpha1.ReviewStream) error {
	e := r.Escalation
	if (e != nil && e.Share == "") != (r.Metrics.Escalated != nil) {
		return errors.New("escalation: it needs either its share or metrics.escalated, which counts the items passed on, and not both")
	}
	if e == nil {
		return nil
	}
	if e.Share != "" {
		if _, err := e.Share.PPM(); err != nil {
			return inField("escalation.share", err)
		}
	}
	if tier := max(r.Requires.Tier, 1); e.Tier <= tier {
		return fmt.Errorf("escalation.tier: it is %d, and must be above the stream's, %d: items are passed on to a higher tier", e.Tier, tier)
	}
	if err := readableTimes(&e.Within, e.HandleTime); err != nil {
		return inField("escalation", err)
	}
	named := func(l v1alpha1.ReviewServiceLevel) bool { return l.Regime != "" } // then CheckRegimes can tell
	if slices.ContainsFunc(r.ServiceLevels, named) || longerThanShortest(e, Promises(r, regimes.Catalogue{})) {
		return nil
	}
	return fmt.Errorf("escalation.within: it is %s, and must be longer than the shortest of serviceLevels: "+
		"it counts from the item's clock start", e.Within)
}

func checkHandleChanges(r *v1alpha1.ReviewStream) error {
	for i := range r.HandleTimeChanges {
		c := &r.HandleTimeChanges[i]
		if err := checkHandleChange(c); err != nil {
			return inField(fmt.Sprintf("handleTimeChanges[%s]", c.Name), err)
		}
	}
	return nil
}

func checkHandleChange(c *v1alpha1.HandleTimeChange) error {
	h, err := handleChange(c)
	switch {
	case err != nil:
		return err
	case h.Factor < sample.One/10 || h.Factor > 10*sample.One:
		return fmt.Errorf("percent is %s; a change of the handle time is from 10 to 1000 percent of the one before", c.Percent)
	case c.Decay != "" && h.Decay < sample.Hour:
		return fmt.Errorf("decay is %s; it must be at least 1h", c.Decay)
	}
	return nil
}

// readableTimes checks the times that are given.
func readableTimes(times ...*v1alpha1.Duration) error {
	for _, d := range times {
		if d == nil || *d == "" {
			continue
		}
		if v, err := d.Parse(); err != nil {
			return err
		} else if sample.SpanOf(v) < sample.Second {
			return fmt.Errorf("%s is too short; it must be at least 1s", *d)
		}
	}
	return nil
}

// DemandFindings are what a planner has to know of how a queue's demand for people
// comes about.
func DemandFindings(q *v1alpha1.ModerationQueue, now sample.Instant) []v1alpha1.Finding {
	var out []v1alpha1.Finding
	for i := range q.Spec.Reviews {
		r := &q.Spec.Reviews[i]
		where := fmt.Sprintf("Queue %s, stream %s", q.Name, r.Name)
		out = append(out, uncounted(r, where)...)
		for k := range r.HandleTimeChanges {
			c := &r.HandleTimeChanges[k]
			if h, err := handleChange(c); err == nil && h.Active(now) {
				out = append(out, changed(c, h, where))
			}
		}
	}
	return out
}

// uncounted are quality samples of items that nothing counts.
func uncounted(r *v1alpha1.ReviewStream, where string) []v1alpha1.Finding {
	if r.QASample == nil {
		return nil
	}
	var out []v1alpha1.Finding
	for _, of := range []struct {
		share   v1alpha1.Score
		ref     *v1alpha1.SeriesReference
		name    string
		verdict string
	}{
		{r.QASample.Allowed, r.Metrics.Allowed, "allowed", "let through"}, {r.QASample.Actioned, r.Metrics.Actioned, "actioned", "actioned"},
	} {
		if share, err := of.share.PPM(); err != nil || share == 0 || of.ref != nil {
			continue
		}
		out = append(out, v1alpha1.Finding{
			Code: "QASampleNotMeasured", Severity: "Warning",
			Message: fmt.Sprintf("%s: nothing counts the items that machines %s, of which qaSample.%s takes %s; how many people the second look "+
				"takes is not known", where, of.verdict, of.name, of.share),
			Fix: fmt.Sprintf("Name the series in the stream's metrics.%s, or remove qaSample.%s", of.name, of.name),
		})
	}
	return out
}

// changed says that a declared change of the handle time is in force.
func changed(c *v1alpha1.HandleTimeChange, h staffing.HandleChange, where string) v1alpha1.Finding {
	until := ""
	if h.Decay > 0 {
		until = ", less from hour to hour until " + h.From.Add(h.Decay).Time().Format("2006-01-02 15:04 UTC")
	}
	return v1alpha1.Finding{
		Code: "HandleTimeChanged", Severity: "Warning",
		Message: fmt.Sprintf("%s: since %s decisions are planned to take %s %% of the time of before%s (%s: %s)", where,
			h.From.Time().Format("2006-01-02 15:04 UTC"), c.Percent, until, c.Name, c.Reason),
		Fix: "Nothing, if it is as meant; else correct handleTimeChanges of the stream",
	}
}
