package resolve_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/rollout"
	"github.com/modcap/modcap/internal/sample"
	modtest "github.com/modcap/modcap/internal/testing"
)

// Of several freezes the one that ends last is told first; none is before its from, after its
// until, or once it is being deleted.
func TestFrozen(t *testing.T) {
	at := func(hour int) time.Time { return time.Date(2026, 11, 27, hour, 0, 0, 0, time.UTC) }
	freeze := func(name string, from, until int, policies ...string) v1alpha1.CapacityOverride {
		return *modtest.MakeOverride(name, "ns").Freeze(policies...).From(at(from)).Until(at(until)).Obj()
	}
	gone := freeze("gone", 8, 20)
	gone.DeletionTimestamp = &metav1.Time{Time: at(9)}
	all := []v1alpha1.CapacityOverride{
		freeze("sales", 8, 12), freeze("election", 8, 18, "ads", "guidelines"), freeze("other", 8, 20, "ads"), gone,
		*modtest.MakeOverride("surge", "ns").Surge("300", "live").Obj(),
	}
	by := func(name string, until int) rollout.Freeze {
		return rollout.Freeze{By: "CapacityOverride " + name, Until: sample.At(at(until))}
	}
	for hour, want := range map[int][]rollout.Freeze{
		7: nil, 8: {by("election", 18), by("sales", 12)}, 12: {by("election", 18)}, 18: nil,
	} {
		if d := cmp.Diff(want, resolve.Frozen(all, "guidelines", at(hour))); d != "" {
			t.Errorf("at %d (-want +got):\n%s", hour, d)
		}
	}
}

func TestFreezeFindings(t *testing.T) {
	policies := []v1alpha1.ModerationPolicy{
		*modtest.MakePolicy("staged", "ns").Rollout(modtest.MakeRollout("rollouts")).Obj(), *modtest.MakePolicy("plain", "ns").Obj(),
	}
	found, missing := resolve.FreezeFindings(modtest.MakeOverride("f", "ns").Freeze("staged", "nowhere").Obj(), policies)
	if len(found) != 0 || !cmp.Equal(missing, []string{"nowhere"}) {
		t.Errorf("found %v, missing %v", found, missing)
	}
	found, missing = resolve.FreezeFindings(modtest.MakeOverride("f", "ns").Freeze().Obj(), policies)
	if len(found) != 1 || !strings.Contains(found[0].Message, "Changes of policy plain apply at once") || len(missing) != 0 {
		t.Errorf("found %v, missing %v", found, missing)
	}
	for want, o := range map[string]*v1alpha1.CapacityOverride{
		"all policies":              modtest.MakeOverride("f", "ns").Freeze().Obj(),
		"policy staged":             modtest.MakeOverride("f", "ns").Freeze("staged").Obj(),
		"policy staged and 1 more":  modtest.MakeOverride("f", "ns").Freeze("staged", "plain").Obj(),
		"no step of a rollout ends": nil,
	} {
		got := resolve.OverrideDoes(modtest.MakeOverride("f", "ns").Freeze().Obj())
		if o != nil {
			got = resolve.OverrideOn(&o.Spec)
		}
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
