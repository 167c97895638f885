package staffing

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
)

// onDuty is a team with people on shift in some hours of the grid, and on call in others.
func onDuty(n int, shift, call [][2]int, callTime sample.Span) Team {
	s := TeamSupply{Intervals: make([]Heads, n), CallTime: callTime}
	for _, x := range shift {
		for i := x[0]; i < x[1]; i++ {
			s.Intervals[i] = Heads{Scheduled: sample.One, Productive: sample.One}
		}
	}
	if len(call) > 0 {
		s.OnCall = make([]sample.Milli, n)
	}
	for _, x := range call {
		for i := x[0]; i < x[1]; i++ {
			s.OnCall[i] = sample.One / 2
		}
	}
	return Team{Supply: s}
}

func TestUnman(t *testing.T) {
	const hours = 48
	grid := Grid{Start: sample.Instant(1_790_000_000_000), Width: sample.Hour, N: hours}
	day := [][2]int{{8, 20}, {32, 44}}
	all := [][2]int{{0, hours}}
	night := [][2]int{{0, 8}, {20, 30}} // one night alone, and not to its end
	span := func(from, to int) Range { return Range{grid.At(from), grid.At(to)} }
	teams := []Team{
		onDuty(hours, day, nil, 0),
		onDuty(hours, nil, night, 30*sample.Minute),
		onDuty(hours, nil, all, 45*sample.Minute),
		onDuty(hours, nil, all, 0), // on call, and nobody can be called
	}
	teams[3].Supply.OnCall = nil
	post := func(within sample.Span, on ...int) Post {
		return Post{Queue: "live-de", Language: "de", HarmDomain: "hate", Tier: 2, Within: within, Teams: on}
	}
	for name, c := range map[string]struct {
		post Post
		want []Range
	}{
		"nights of a day team":         {post(sample.Hour, 0), []Range{span(0, 8), span(20, 32), span(44, 48)}},
		"nights that are not too long": {post(8*sample.Hour, 0), []Range{span(20, 32)}},
		"on call in time":              {post(sample.Hour, 0, 2), nil},
		"on call too late":             {post(45*sample.Minute, 0, 2), []Range{span(0, 8), span(20, 32), span(44, 48)}},
		"on call for one night":        {post(sample.Hour, 0, 1), []Range{span(30, 32), span(44, 48)}},
		"on call without a call time":  {post(sample.Hour, 0, 3), []Range{span(0, 8), span(20, 32), span(44, 48)}},
		"nobody at all":                {post(sample.Hour), []Range{span(0, 48)}},
	} {
		t.Run(name, func(t *testing.T) {
			got := Unman([]Post{c.post}, teams, grid)
			if c.want == nil {
				if len(got) > 0 {
					t.Fatalf("unmanned: %+v", got)
				}
				return
			}
			if len(got) != 1 || cmp.Diff(c.want, got[0].Holes) != "" || got[0].NoTeam != (len(c.post.Teams) == 0) {
				t.Fatalf("unmanned %+v, want %v", got, c.want)
			}
		})
	}
}

func TestUnmanGroups(t *testing.T) {
	grid := Grid{Width: sample.Hour, N: 24}
	teams := []Team{onDuty(24, [][2]int{{0, 20}}, nil, 0), onDuty(24, [][2]int{{0, 10}}, nil, 0)}
	posts := []Post{
		{Queue: "b", Language: "de", HarmDomain: "hate", Tier: 2, Within: 2 * sample.Hour, Teams: []int{0}},
		{Queue: "a", Language: "de", HarmDomain: "spam", Tier: 2, Within: sample.Hour, Teams: []int{0}},
		{Queue: "a", Language: "de", HarmDomain: "hate", Tier: 2, Within: sample.Hour, Teams: []int{0}},
		{Queue: "a", Language: "fr", HarmDomain: "hate", Tier: 2, Within: sample.Hour, Teams: []int{1}},
		{Queue: "a", Language: "de", HarmDomain: "hate", Tier: 3, Within: sample.Hour, Teams: nil},
		{Queue: "a", Language: "fr", HarmDomain: "spam", Tier: 2, Within: sample.Hour, Teams: []int{0, 1}},
	}
	want := []string{
		"3 de [a] [hate] 24 true", "2 fr [a] [hate] 14 false", "2 de [a b] [hate spam] 4 false", "2 fr [a] [spam] 4 false",
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		rng.Shuffle(len(posts), func(i, j int) { posts[i], posts[j] = posts[j], posts[i] })
		var got []string
		for _, u := range Unman(posts, teams, grid) {
			got = append(got, fmt.Sprintln(u.Tier, u.Language, u.Queues, u.HarmDomains, int64(u.Time()/sample.Hour), u.NoTeam))
		}
		for i := range got {
			got[i] = got[i][:len(got[i])-1]
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("(-want +got):\n%s", d)
		}
	}
}

// A hole is just a stretch without anybody that is longer than the post's time.
func TestUnmanByDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		n := 1 + rng.IntN(60)
		grid := Grid{Start: sample.Instant(rng.Int64N(1e6)), Width: sample.Hour / 2, N: n}
		team := onDuty(n, nil, nil, 0)
		for i := range n {
			if rng.IntN(3) == 0 {
				team.Supply.Intervals[i].Scheduled = 1
			}
		}
		within := sample.Span(rng.IntN(5)) * sample.Hour / 2
		late := make([]bool, n) // an item that comes at the start of a hole would wait too long
		for i := range n {
			from, to := i, i
			for from > 0 && team.Supply.Intervals[from-1].Scheduled == 0 {
				from--
			}
			for to < n && team.Supply.Intervals[to].Scheduled == 0 {
				to++
			}
			late[i] = to > i && sample.Span(to-from)*grid.Width > within
		}
		got := make([]bool, n)
		for _, u := range Unman([]Post{{Tier: 2, Within: within, Teams: []int{0}}}, []Team{team}, grid) {
			for _, h := range u.Holes {
				for i := range n {
					got[i] = got[i] || grid.At(i) >= h.From && grid.At(i) < h.To
				}
			}
		}
		if d := cmp.Diff(late, got); d != "" {
			t.Fatalf("within %s (-want +got):\n%s", within, d)
		}
	}
}
