package lint

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/routing"
)

func base(t testing.TB) Input {
	t.Helper()
	in := Input{Now: monday(), Namespace: "trust"}
	read(t, &in, filepath.Join("testdata", "base.yaml"))
	return in
}

// large is n queues on five surfaces, p policies and m teams, half of them with a defect or two.
func large(t testing.TB, n, p, m int) Input {
	from := base(t)
	languages := []v1alpha1.LanguageTag{"de", "en", "es-419", "fr", "ja", "ko", "ms", "pt-BR", "th", "vi", "zh-Hant"}
	markets := []v1alpha1.Market{"BR", "DE", "ES", "FR", "GB", "ID", "IN", "JP", "KR", "MX", "PT", "TH", "US", "VN"}
	in := Input{Now: from.Now, Namespace: "trust", Sources: from.Sources, Pools: from.Pools, Targets: from.Targets}
	for i := range p {
		x := from.Policies[0].DeepCopy()
		x.Name = fmt.Sprintf("policy-%03d", i)
		in.Policies = append(in.Policies, x)
	}
	for i := range n {
		q := from.Queues[i%2].DeepCopy()
		q.Name = fmt.Sprintf("queue-%04d", i)
		q.CreationTimestamp = metav1.NewTime(monday().Add(time.Duration(i) * time.Second))
		q.Spec.Surface = v1alpha1.Word(fmt.Sprintf("surface-%d", i%5))
		q.Spec.Match = nil
		q.Spec.Markets = []v1alpha1.Market{markets[i%14], markets[(i/14+1+i%14)%14]}
		q.Spec.Languages = []v1alpha1.LanguageTag{languages[i%11], languages[(i+3)%11]}
		q.Spec.PolicyRef = &v1alpha1.ObjectReference{Name: in.Policies[i%p].Name}
		q.Spec.Classification.Metrics.MatchLabels["queue"] = v1alpha1.LabelValue(q.Name)
		for k := range q.Spec.Reviews {
			q.Spec.Reviews[k].Metrics.MatchLabels["queue"] = v1alpha1.LabelValue(q.Name)
		}
		in.Queues = append(in.Queues, q)
	}
	for i := range m {
		x := from.Teams[2*(i%2)].DeepCopy()
		x.Name = fmt.Sprintf("team-%03d", i)
		x.Spec.Skills.Languages = []v1alpha1.LanguageTag{languages[i%11], languages[(i+1)%11]}
		if i%7 == 0 {
			x.Spec.Skills.Markets = markets[i%10 : i%10+4]
		}
		in.Teams = append(in.Teams, x)
	}
	return in
}

// The bar: 1,000 queues, 100 policies and 200 teams in under a second.
func BenchmarkCheck(b *testing.B) {
	in := large(b, 1000, 100, 200)
	b.ReportAllocs()
	for b.Loop() {
		if len(Check(in)) == 0 {
			b.Fatal("nothing found")
		}
	}
}

// BenchmarkRules is what the operator does on every change.
func BenchmarkRules(b *testing.B) {
	in := large(b, 1000, 100, 200)
	b.ReportAllocs()
	for b.Loop() {
		if len(Rules(in)) == 0 {
			b.Fatal("nothing found")
		}
	}
}

func shuffled[T any](r *rand.Rand, in []T) []T {
	out := append([]T(nil), in...)
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// The order of the objects changes nothing, and looking at them changes none of them.
func TestCheckIsAFunctionOfTheObjects(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, path := range corpus(t) {
		in, _ := defect(t, path)
		want, before := Check(in), fmt.Sprint(copyOf(in.Queues), copyOf(in.Teams))
		mixed := in
		mixed.Queues, mixed.Policies, mixed.Pools = shuffled(r, in.Queues), shuffled(r, in.Policies), shuffled(r, in.Pools)
		mixed.Teams, mixed.Targets, mixed.Overrides = shuffled(r, in.Teams), shuffled(r, in.Targets), shuffled(r, in.Overrides)
		mixed.Sources = shuffled(r, in.Sources)
		if diff := gocmp.Diff(want, Check(mixed)); diff != "" {
			t.Errorf("%s: (-in order +shuffled):\n%s", path, diff)
		}
		if after := fmt.Sprint(copyOf(in.Queues), copyOf(in.Teams)); after != before {
			t.Errorf("%s: the objects were changed", path)
		}
	}
}

func copyOf[T any](in []*T) []T {
	out := make([]T, len(in))
	for i := range in {
		out[i] = *in[i]
	}
	return out
}

// Of what the files may not hold nothing is said: each kind alone, and each missing, is sound.
func TestUnreadKindsAreNotMissing(t *testing.T) {
	kinds := []string{KindQueue, KindPolicy, KindPool, KindTeam, KindTarget, KindSource, KindOverride}
	for mask := range 1 << len(kinds) {
		in := base(t)
		in.Unread = map[string]bool{KindClusterSource: true}
		for i, k := range kinds {
			if mask&(1<<i) != 0 {
				in.Unread[k] = true
				without(&in, k)
			}
		}
		for _, f := range Check(in) {
			t.Errorf("without %v: %+v", in.Unread, f)
		}
	}
}

func without(in *Input, kind string) {
	switch kind {
	case KindQueue:
		in.Queues = nil
	case KindPolicy:
		in.Policies = nil
	case KindPool:
		in.Pools = nil
	case KindTeam:
		in.Teams = nil
	case KindTarget:
		in.Targets = nil
	case KindSource:
		in.Sources = nil
	case KindOverride:
		in.Overrides = nil
	}
}

// A single queue is no surface without a default: the other queues may be elsewhere.
func TestOneQueueAlone(t *testing.T) {
	in := base(t)
	in.Queues = in.Queues[:1]
	in.Queues[0].Spec.Match, in.Partial = nil, true
	in.Unread = map[string]bool{KindPolicy: true, KindPool: true, KindTeam: true, KindTarget: true, KindSource: true}
	in.Policies, in.Pools, in.Teams, in.Targets, in.Sources, in.Overrides = nil, nil, nil, nil, nil, nil
	for _, f := range Check(in) {
		t.Errorf("%+v", f)
	}
}

func TestDeclaredTwice(t *testing.T) {
	in := base(t)
	in.Policies = append(in.Policies, in.Policies[0].DeepCopy())
	got := Check(in)
	if len(got) != 1 || got[0].Code != CodeDeclaredTwice || got[0].Object != (Object{KindPolicy, in.Policies[0].Name}) {
		t.Errorf("got %+v", got)
	}
}

// What the API server would refuse is said once: where another finding says more, that alone.
func TestRefused(t *testing.T) {
	in, _ := defect(t, filepath.Join("testdata", "corpus", "17-bands-crossed-review.yaml"))
	at := Object{KindPolicy, "community"}
	in.Refused = []Finding{
		{Object: at, Field: "spec.labels[hate-speech]", Message: "reviewAt above actAt"},
		{Object: at, Field: "spec.labels[spam].severity", Message: "no such severity"},
		{Object: Object{KindPool, "text"}, Field: "", Message: "no"},
	}
	got := Check(in)
	if diff := gocmp.Diff([]string{routing.CodeBandsCrossed, CodeRefused}, codesOf(got)); diff != "" || len(got) != 3 {
		t.Errorf("%s%+v", diff, got)
	}
}

func TestHolesIn(t *testing.T) {
	for name, c := range map[string]struct {
		there func(i int) bool
		want  []string
	}{
		"always":            {func(int) bool { return true }, nil},
		"never":             {func(int) bool { return false }, nil},
		"weekdays":          {func(i int) bool { return i < 5*96 }, []string{"Sat 00:00 to Mon 00:00 UTC"}},
		"over the week end": {func(i int) bool { return i >= 4 && i < 6*96+8 }, []string{"Sun 02:00 to Mon 01:00 UTC"}},
		"one quarter":       {func(i int) bool { return i != 97 }, []string{"Tue 00:15 to Tue 00:30 UTC"}},
		"two":               {func(i int) bool { return i%336 != 0 }, []string{"Mon 00:00 to Mon 00:15 UTC", "Thu 12:00 to Thu 12:15 UTC"}},
	} {
		t.Run(name, func(t *testing.T) {
			var there quarters
			for i := range quartersOfWeek {
				if c.there(i) {
					there.put(i)
				}
			}
			var got []string
			for _, h := range holesIn(&there) {
				got = append(got, h.String())
			}
			if diff := gocmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What is said of a week is the same at whatever hour of it it is looked at: else statuses would be written
// anew while nothing changes.
func TestHolesAreSaidTheSameAllWeek(t *testing.T) {
	in, _ := defect(t, filepath.Join("testdata", "corpus", "46-class-uncovered-one-day.yaml"))
	in.Overrides = nil // they begin and end
	want := Check(in)
	for hour := 0; hour < 7*24; hour += 7 {
		in.Now = monday().Add(time.Duration(hour) * time.Hour).Add(time.Duration(hour%60) * time.Minute)
		if diff := gocmp.Diff(want, Check(in)); diff != "" {
			t.Fatalf("%s: %s", in.Now, diff)
		}
	}
}

func TestNearly(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"hate", "hatte", true}, {"hate", "hat", true}, {"hate", "haet", true}, {"hate", "fate", false}, {"hate", "hate", false},
		{"hate", "harm", false}, {"spam", "scam", false},
		{"extremism", "extrmism", true}, {"extremism", "extremizm", true}, {"child-safety", "childsafety", true}, {"abc", "abcde", false},
	} {
		if got := nearly(c.a, c.b); got != c.want || nearly(c.b, c.a) != c.want {
			t.Errorf("%s, %s: %v", c.a, c.b, got)
		}
	}
}

func TestGrouped(t *testing.T) {
	for query, want := range map[string]string{
		`sum by (queue, stream) (x)`:          "[queue stream] true",
		`max by(queue)(max_over_time(x[1m]))`: "[queue] true",
		`sum by (queue) (x) / 2`:              "[] false",
		`sum(x)`:                              "[] false",
		`x`:                                   "[] false",
		`sum by (queue) (x{a="("})`:           "[] false",
		`sum by (queue) (x`:                   "[queue] false",
	} {
		kept, ok := grouped(query)
		if got := fmt.Sprint(kept, ok); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
}

func TestDifferences(t *testing.T) {
	got := Differences(base(t).Policies)
	want := []Band{
		{Policy: "community", Label: "hate-speech", ActAt: "0.95", ReviewAt: "0.60"},
		{Policy: "community", Label: "hate-speech", Override: "germany", Markets: []string{"DE"}, ActAt: "0.95", ReviewAt: "0.45", Reviews: true},
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
