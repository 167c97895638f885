package routing

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s differs (-want +got):\n%s", path, d)
	}
}

// A change of these files is a change of what routers see for unchanged objects,
// and moves items between teams, samples and revisions if the salt is in it.
func TestGolden(t *testing.T) {
	out := Compile(input(
		queue("live-br", markets("BR", "MX"), languages("pt-BR", "es-419")),
		queue("live-eu", markets("DE", "AT", "FR"), languages("de", "en"), born(time.Hour)),
		queue("live-rest", byDefault),
	))
	if len(out.Findings) != 0 {
		t.Errorf("findings on sound objects: %v", out.Findings)
	}
	for _, d := range out.Documents {
		golden(t, d.Queue+".json", d.Bytes)
	}
	golden(t, "index.json", out.Index)
	golden(t, "weights.json", out.Weights)
}

func TestCompileMeansWhatTheSpecsSay(t *testing.T) {
	tab, x, _ := load(t, Compile(input(
		queue("live-br", markets("BR", "MX"), languages("pt-BR", "es-419")),
		queue("live-eu", markets("DE", "AT", "FR"), languages("de", "en")),
		queue("live-rest", byDefault),
	)))
	if x.Default != "live-rest" {
		t.Errorf("default %q", x.Default)
	}
	for name, c := range map[string]struct {
		item   v1.Item
		score  v1.PPM
		queue  string
		action v1.Action
		class  v1.Class
		team   string
	}{
		"band":     {v1.Item{Market: "BR", Language: "pt-BR"}, 600_000, "live-br", v1.Review, v1.Class{Queue: "live-br", Language: "pt-BR", HarmDomain: "hate", Tier: 1}, "sao-paulo"},
		"below":    {v1.Item{Market: "BR", Language: "pt-BR"}, 500_000, "live-br", v1.Allow, v1.Class{Queue: "live-br", Language: "pt-BR", HarmDomain: "hate"}, ""},
		"override": {v1.Item{Market: "DE", Language: "de-DE"}, 500_000, "live-eu", v1.Review, v1.Class{Queue: "live-eu", Language: "de", HarmDomain: "hate", Tier: 1}, "dublin"},
		"no other": {v1.Item{Market: "FR", Language: "en-IE"}, 500_000, "live-eu", v1.Allow, v1.Class{Queue: "live-eu", Language: "en", HarmDomain: "hate"}, ""},
		"default":  {v1.Item{Market: "FR", Language: "es-MX"}, 600_000, "live-rest", v1.Review, v1.Class{Queue: "live-rest", Language: "es-MX", HarmDomain: "hate", Tier: 1}, "sao-paulo"},
		"nobody":   {v1.Item{Market: "TH", Language: "th"}, 600_000, "live-rest", v1.Review, v1.Class{Queue: "live-rest", Language: "th", HarmDomain: "hate", Tier: 1}, ""},
		"action":   {v1.Item{Market: "MX", Language: "es-419"}, 970_000, "live-br", v1.Act, v1.Class{Queue: "live-br", Language: "es-419", HarmDomain: "hate"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c.item.ID, c.item.Surface = "1", "live"
			r, _ := tab.Route(c.item)
			v := tab.Decide(r.Queue, c.item, []v1.Score{{Label: "hate-speech", PPM: c.score}, {Label: "bullying"}, {Label: "spam"}})
			if r.Queue != c.queue || v.Action != c.action || v.Class != c.class || v.Team != c.team {
				t.Errorf("queue %s, %v, %+v, team %q", r.Queue, v.Action, v.Class, v.Team)
			}
			if v.EscalationTier != 2 || v.EscalationWithinMillis != time.Hour.Milliseconds() {
				t.Errorf("escalation to tier %d within %d ms", v.EscalationTier, v.EscalationWithinMillis)
			}
		})
	}
}

func TestOnlyTheDocumentOfAChangedQueueChanges(t *testing.T) {
	a, b := queue("a", markets("BR")), queue("b", markets("DE"))
	before := published(Compile(input(a, b)))
	a.Spec.Protected = true
	after := published(Compile(input(a, b)))
	if bytes.Equal(before.Index, after.Index) {
		t.Error("the index did not change")
	}
	kept := 0
	for name, data := range after.Documents {
		if bytes.Equal(before.Documents[name], data) {
			kept++
		}
	}
	if kept != 1 {
		t.Errorf("%d documents stayed, want that of b", kept)
	}
	a.Spec.Protected = false
	if back := published(Compile(input(a, b))); !cmp.Equal(before, back) {
		t.Error("going back did not restore the bytes")
	}
}

// Shifts change weights only: an abort of a policy must not bring back yesterday's staff.
func TestStaffingStaysOutOfDocuments(t *testing.T) {
	in := input(queue("a", languages("en")))
	day := Compile(in)
	in.Teams = staff()
	in.Teams[0].Productive = 0
	night := Compile(in)
	if !bytes.Equal(day.Index, night.Index) || !cmp.Equal(day.Documents, night.Documents) {
		t.Error("a shift changed a document or the index")
	}
	if bytes.Equal(day.Weights, night.Weights) {
		t.Error("a shift did not change the weights")
	}
}

func TestLastGood(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(in *Input)
		cause string
		code  string
	}{
		"policy gone":     {func(in *Input) { in.Policies = nil }, v1alpha1.ReasonPolicyNotFound, CodePolicyNotFound},
		"pool gone":       {func(in *Input) { in.Pools = nil }, v1alpha1.ReasonPoolNotFound, CodePoolNotFound},
		"bands crossed":   {func(in *Input) { cross(in) }, v1alpha1.ReasonPolicyInvalid, CodeBandsCrossed},
		"domain shared":   {func(in *Input) { in.Queues[0] = queue("a", streams(review("x", "hate"), review("y", "hate"))) }, v1alpha1.ReasonInvalidSpec, CodeStreamsShareDomain},
		"bad promise":     {func(in *Input) { in.Queues[0].Spec.Reviews[0].ServiceLevels[0].Within = "14d" }, v1alpha1.ReasonInvalidSpec, CodeValueUnreadable},
		"invalid as such": {func(in *Input) { in.Queues[0].Spec.Markets = []v1alpha1.Market{"Brazil"} }, v1alpha1.ReasonInvalidSpec, CodeDocumentRefused},
	} {
		t.Run(name, func(t *testing.T) {
			in := input(queue("a"), queue("b", func(q *v1alpha1.ModerationQueue) { q.Spec.PolicyRef, q.Spec.Classification = nil, nil }, markets("DE")))
			good := Compile(in)
			in.Previous = published(good)
			c.spoil(&in)
			out := Compile(in)
			r := out.Queues["a"]
			if !r.KeptLastGood || r.Current || r.Reason != v1alpha1.ReasonLastGoodKept || r.Cause != c.cause || r.Document != good.Queues["a"].Document {
				t.Errorf("result %+v", r)
			}
			if !cmp.Equal(published(good), published(out)) {
				t.Error("the documents in force changed")
			}
			if out.Queues["b"] != good.Queues["b"] {
				t.Errorf("the other queue was disturbed: %+v", out.Queues["b"])
			}
			if len(out.Findings) == 0 || out.Findings[0].Code != c.code {
				t.Errorf("findings %v, want %s", codes(out.Findings), c.code)
			}
			in.Previous = Published{}
			fresh := Compile(in)
			if r := fresh.Queues["a"]; r.Document != "" || r.Reason != c.cause {
				t.Errorf("without a last good document: %+v", r)
			}
			if _, x, _ := load(t, fresh); len(x.Entries) != 1 {
				t.Errorf("the index has %d entries, want b's", len(x.Entries))
			}
		})
	}
}

func cross(in *Input) {
	in.Policies = map[string]*v1alpha1.ModerationPolicy{"community": policy(func(p *v1alpha1.ModerationPolicy) {
		p.Spec.Labels[1].Overrides[0].ReviewAt = ptr(v1alpha1.Score("0.98"))
	})}
}

// Nothing that is not what the index names is taken for a last good document.
func TestDamagedLastGoodIsNotUsed(t *testing.T) {
	in := input(queue("a"))
	good := Compile(in)
	in.Policies = nil
	name := good.Documents[0].Name
	for what, spoil := range map[string]func(p *Published){
		"one byte": func(p *Published) {
			p.Documents[name] = bytes.Replace(p.Documents[name], []byte("970000"), []byte("970001"), 1)
		},
		"gone":         func(p *Published) { delete(p.Documents, name) },
		"index broken": func(p *Published) { p.Index = p.Index[:20] },
		"no index":     func(p *Published) { p.Index = nil },
		"elsewhere": func(p *Published) {
			p.Index = bytes.Replace(p.Index, []byte(`"surface":"live"`), []byte(`"surface":"text"`), 1)
		},
	} {
		t.Run(what, func(t *testing.T) {
			in.Previous = published(good)
			spoil(&in.Previous)
			out := Compile(in)
			lost := what == "one byte" || what == "gone"
			if r := out.Queues["a"]; r.Document != "" || r.KeptLastGood || r.LostLastGood != lost {
				t.Errorf("result %+v", r)
			}
			unreadable := what == "index broken" || what == "elsewhere"
			if got := strings.Contains(strings.Join(codes(out.Findings), " "), CodePreviousUnreadable); got != unreadable {
				t.Errorf("findings %v", codes(out.Findings))
			}
		})
	}
}

func TestEmptySurface(t *testing.T) {
	out := Compile(Input{Namespace: "trust", Surface: "live", Queues: []*v1alpha1.ModerationQueue{nil}})
	tab, x, _ := load(t, out)
	if len(x.Entries) != 0 || tab.Len() != 0 {
		t.Errorf("entries %v", x.Entries)
	}
	if d := cmp.Diff([]string{"Warning NoDefaultQueue Surface/live"}, codes(out.Findings)); d != "" {
		t.Errorf("findings (-want +got):\n%s", d)
	}
}

func TestServiceWeights(t *testing.T) {
	in := input(
		queue("a", markets("BR")),
		queue("b", markets("DE"), func(q *v1alpha1.ModerationQueue) { q.Spec.Priority = ptr(int32(0)) }),
		queue("c", markets("FR")),
		queue("d", markets("MX"), func(q *v1alpha1.ModerationQueue) { q.Spec.Classification = nil }),
	)
	in.ServiceWeights = map[string]int{"c": 7}
	tab, _, _ := load(t, Compile(in))
	want := []v1.Weight{{Name: "a", Weight: 501}, {Name: "b", Weight: 1}, {Name: "c", Weight: 7}}
	if d := cmp.Diff(want, tab.ServiceWeights("gpu")); d != "" {
		t.Errorf("service weights (-want +got):\n%s", d)
	}
}
