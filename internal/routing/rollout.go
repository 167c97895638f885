package routing

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
)

// InForce is by what a policy decides whose changes are rolled out: not by its spec,
// but by revisions that were stored.
type InForce struct {
	Stable Revision
	// Canary shares the items with Stable; its Name is empty while nothing is rolled out.
	Canary Revision
	// Unit by which items are divided, and the shares that steps gave the canary.
	Unit   v1.Unit
	Shares []Share
	// Sample is the rate of samples among items that the two decide differently.
	Sample v1.PPM
	// Problem says why the revisions are not known: the last good documents stay.
	Problem string
}

// Share of the units that a step gave the canary, in some markets and on some surfaces;
// empty lists are all of them.
type Share struct {
	Share    v1.PPM
	Markets  []v1alpha1.Market
	Surfaces []v1alpha1.Word
}

// InForceOf reads by what a policy decides from its status and the revisions stored, by
// name. It is nil for a policy that decides by its spec.
func InForceOf(p *v1alpha1.ModerationPolicy, stored map[string][]byte) *InForce {
	if p.Spec.Rollout == nil {
		return nil
	}
	s := p.Status.Rollout
	if s == nil {
		// Rollouts are new to the policy: what it decided by until now stays in force,
		// until its own reconciler has seen the change.
		data, known := stored[p.Status.Revision]
		if !known {
			return nil
		}
		stable, err := ReadRevision(p.Status.Revision, data)
		if err != nil {
			return &InForce{Problem: err.Error()}
		}
		return &InForce{Stable: stable}
	}
	out := &InForce{Unit: v1.Unit(cmp.Or(s.Unit, v1alpha1.RolloutItem)), Sample: v1.PPM(s.Sample)}
	if step := StepChanged(p); step != "" {
		out.Problem = fmt.Sprintf("step %s of the rollout was changed in the spec, or taken out, while what it gave is in force", step)
		return out
	}
	out.Shares = sharesGiven(p)
	var err error
	if out.Stable, err = ReadRevision(s.Stable, stored[s.Stable]); err == nil && s.Canary != "" {
		out.Canary, err = ReadRevision(s.Canary, stored[s.Canary])
	}
	if err != nil {
		out.Problem = err.Error()
	}
	return out
}

// ScopeOf is a hash of where a step is: its markets and surfaces.
func ScopeOf(s *v1alpha1.RolloutStep) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q", sorted(s.Markets), sorted(s.Surfaces)))
	return hex.EncodeToString(sum[:4])
}

// StepChanged names a step that gave the canary something and that is elsewhere in the
// spec now, or not there at all; empty for none. Units would change their revision by it.
func StepChanged(p *v1alpha1.ModerationPolicy) string {
	for _, given := range p.Status.Rollout.Shares {
		i := slices.IndexFunc(p.Spec.Rollout.Steps, func(s v1alpha1.RolloutStep) bool { return s.Name == given.Step })
		if i < 0 || ScopeOf(&p.Spec.Rollout.Steps[i]) != given.Scope {
			return string(given.Step)
		}
	}
	return ""
}

// sharesGiven puts what the steps so far gave where the spec says that they are.
func sharesGiven(p *v1alpha1.ModerationPolicy) (out []Share) {
	for _, given := range p.Status.Rollout.Shares {
		for i := range p.Spec.Rollout.Steps {
			if s := &p.Spec.Rollout.Steps[i]; s.Name == given.Step {
				out = append(out, Share{v1.PPM(given.Share), s.Markets, s.Surfaces})
			}
		}
	}
	return out
}

// decidesBy replaces what a policy's spec says by what is in force.
func (c *compilation) decidesBy(p compiledPolicy, f *InForce) compiledPolicy {
	if f.Problem != "" {
		c.find(policyObject(p.name), Finding{
			Code: CodeRevisionLost, Severity: Error, Field: "status.rollout", Message: clip(f.Problem),
			Fix: "Put back what is named, abort the rollout, or take rollout out of the spec, which decides by the spec at once.",
		})
		p.valid = false
		return p
	}
	p.valid, p.revision, p.labels = true, f.Stable.Name, f.Stable.Labels
	if f.Canary.Name != "" && f.Canary.Name != f.Stable.Name {
		p.canary = f
	}
	return p
}

// roll adds the canary of a rollout to a document that has the stable revision alone.
func (f *InForce) roll(d *v1.PolicyDocument) {
	base := f.share(d.Surface, "")
	d.Revisions[0].Share = v1.AllPPM - base
	d.Revisions = append(d.Revisions, v1.Revision{Name: f.Canary.Name, Share: base, Labels: labelsFor(d.Match, f.Canary.Labels)})
	d.Rollout = &v1.Rollout{
		Salt: rolloutSalt(d.Salt, f), Unit: f.Unit, Discordant: f.Sample, Markets: f.marketShares(d, base),
	}
}

// rolloutSalt differs from rollout to rollout, so that the same people are not the first
// to get every change.
func rolloutSalt(salt string, f *InForce) string {
	sum := sha256.Sum256([]byte("modcap rollout\x00" + salt + "\x00" + f.Stable.Name + "\x00" + f.Canary.Name))
	return hex.EncodeToString(sum[:8])
}

// share of the canary on a surface, in one market or in those that no step names: the
// highest that a step gave, so that a further step only ever adds.
func (f *InForce) share(surface string, market v1alpha1.Market) (top v1.PPM) {
	for _, s := range f.Shares {
		if (len(s.Surfaces) == 0 || slices.Contains(s.Surfaces, v1alpha1.Word(surface))) &&
			(len(s.Markets) == 0 || market != "" && slices.Contains(s.Markets, market)) {
			top = max(top, s.Share)
		}
	}
	return top
}

// marketShares are those of the markets in which the share is not the base.
func (f *InForce) marketShares(d *v1.PolicyDocument, base v1.PPM) []v1.MarketShare {
	by, seen := map[v1.PPM][]string{}, map[v1alpha1.Market]bool{}
	for _, s := range f.Shares {
		for _, m := range s.Markets {
			here := len(d.Match.Markets) == 0 || d.Match.Default || slices.Contains(d.Match.Markets, string(m))
			if share := f.share(d.Surface, m); !seen[m] && here && share != base {
				by[share] = append(by[share], string(m))
			}
			seen[m] = true
		}
	}
	var out []v1.MarketShare
	for _, share := range slices.Sorted(maps.Keys(by)) {
		slices.Sort(by[share])
		out = append(out, v1.MarketShare{Markets: by[share], Share: share})
	}
	slices.SortFunc(out, func(a, b v1.MarketShare) int { return cmp.Compare(a.Markets[0], b.Markets[0]) })
	return out
}
