package routing

import (
	"fmt"
	"testing"
	"time"

	"github.com/modcap/modcap/api/v1alpha1"
)

// large is a surface of n queues with p policies and m teams.
func large(n, p, m int) Input {
	in := input()
	langs := []string{"de", "en", "es-419", "fr", "ja", "ko", "ms", "pt-BR", "th", "vi", "zh-Hant"}
	code := func(i int) string { return string([]byte{'A' + byte(i/26%26), 'A' + byte(i%26)}) }
	for i := range p {
		x := policy()
		x.Name = fmt.Sprintf("policy-%d", i)
		in.Policies[x.Name] = x
	}
	for i := range n {
		q := queue(fmt.Sprintf("queue-%04d", i), markets(code(i), code(i+1)), languages(langs[i%11], langs[(i+3)%11]), born(time.Duration(i)*time.Second))
		q.Spec.PolicyRef = &v1alpha1.ObjectReference{Name: fmt.Sprintf("policy-%d", i%p)}
		in.Queues = append(in.Queues, q)
	}
	for i := range m {
		in.Teams = append(in.Teams, Team{
			Name: fmt.Sprintf("team-%03d", i), Tier: 1 + i%2, Languages: []string{langs[i%11], langs[(i+1)%11]},
			HarmDomains: []string{"*"}, Scheduled: true, Productive: 5000,
		})
	}
	return in
}

func BenchmarkCompile(b *testing.B) {
	in := large(1000, 100, 200)
	in.Previous = published(Compile(in))
	b.ReportAllocs()
	for b.Loop() {
		if out := Compile(in); len(out.Documents) != 1000 || out.Index == nil || out.Weights == nil {
			b.Fatalf("%d documents, findings %v", len(out.Documents), out.Findings)
		}
	}
}

// A surface of 1,000 queues fits into its ConfigMaps.
func TestLargeSurfaceFits(t *testing.T) {
	out := Compile(large(1000, 100, 200))
	if len(out.Index) == 0 || len(out.Weights) == 0 || len(out.Documents) != 1000 {
		t.Fatalf("index %d, weights %d bytes, %d documents", len(out.Index), len(out.Weights), len(out.Documents))
	}
	load(t, out)
}
