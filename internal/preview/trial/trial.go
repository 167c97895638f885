package trial

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/preview"
)

// Terms say what is tried.
type Terms struct {
	Seed  uint64
	Items int
	// Correlation of the labels, 0 to below 1.
	Correlation float64
	// Width of the buckets, in parts per million; 0 for the buckets that Prometheus clients have by default.
	Width v1.PPM
	// Changed is how many labels change; 1 where it is 0.
	Changed int
	// Marginal histograms do not know what the other labels decide.
	Marginal bool
}

// Result is one change previewed and counted.
type Result struct {
	Terms Terms
	// Moved is the share of items that move, as counted.
	Moved float64
	// Error is the largest error of a move that is large enough, as a share of what was counted: from to to.
	Error    float64
	From, To v1.Action
	// Spread is how wide the interval of that move is, as a share of what was counted.
	Spread float64
	// Holds says that all intervals contain what was counted.
	Holds bool
}

// Labels of the trial's policies.
const labels = 4

// enough is the share of items that a move must have to be judged.
const enough = 0.005

// Run draws items, and changes until one moves enough of them.
func Run(t Terms) (Result, error) {
	r := rand.New(rand.NewPCG(t.Seed, 0))
	s := draw(r, t)
	for {
		before := policy(r)
		after := changed(r, before, max(t.Changed, 1))
		c, err := change(before, after)
		if err != nil {
			return Result{}, err
		}
		counted := s.Count(c, preview.Window{To: 1})
		moved := 0.0
		for _, n := range counted.Moves {
			moved += n.Mid
		}
		if moved < enough*float64(t.Items) {
			continue
		}
		hs, err := histograms(s, c, t)
		if err != nil {
			return Result{}, err
		}
		said, err := hs.Count(c)
		if err != nil {
			return Result{}, err
		}
		return judge(t, counted, said, moved), nil
	}
}

// judge compares by what moves from where to where.
func judge(t Terms, counted, said *preview.Tally, moved float64) Result {
	out := Result{Terms: t, Moved: moved / float64(t.Items), Holds: true}
	truth, answer := byTurn(counted), byTurn(said)
	for _, turn := range turns() {
		is, e := truth[turn].Mid, answer[turn]
		if is < e.Low-0.5 || is > e.High+0.5 {
			out.Holds = false
		}
		if is < enough*float64(t.Items) {
			continue
		}
		if wrong := math.Abs(e.Mid-is) / is; wrong >= out.Error {
			out.Error, out.From, out.To, out.Spread = wrong, turn[0], turn[1], (e.High-e.Low)/is
		}
	}
	return out
}

func turns() (out [][2]v1.Action) {
	for from := v1.Allow; from <= v1.Act; from++ {
		for to := v1.Allow; to <= v1.Act; to++ {
			if from != to {
				out = append(out, [2]v1.Action{from, to})
			}
		}
	}
	return out
}

// byTurn adds up a tally. Labels are put together: joint scores give an item to the label that decides.
func byTurn(t *preview.Tally) map[[2]v1.Action]preview.Estimate {
	out := map[[2]v1.Action]preview.Estimate{}
	keys := make([]preview.Where, 0, len(t.Moves))
	for w := range t.Moves {
		keys = append(keys, w)
	}
	slices.SortFunc(keys, func(a, b preview.Where) int { return slices.Compare([]string{a.Label}, []string{b.Label}) })
	for _, w := range keys {
		e, n := out[[2]v1.Action{w.From, w.To}], t.Moves[w].Estimate
		out[[2]v1.Action{w.From, w.To}] = preview.Estimate{Low: e.Low + n.Low, Mid: e.Mid + n.Mid, High: e.High + n.High}
	}
	return out
}

// policy has bands anywhere in thousandths, so that they do not lie on edges of buckets.
func policy(r *rand.Rand) *v1alpha1.ModerationPolicy {
	p := &v1alpha1.ModerationPolicy{}
	p.Name = "trial"
	for i := range labels {
		l := v1alpha1.PolicyLabel{
			Name: v1alpha1.Word(labelName(i)), HarmDomain: v1alpha1.Word(fmt.Sprintf("domain-%d", i)),
			Score: v1alpha1.ScoreReference{Model: "trial", Version: "1"},
		}
		setBands(&l, 500+r.IntN(250), 850+r.IntN(120))
		p.Spec.Labels = append(p.Spec.Labels, l)
	}
	return p
}

func labelName(i int) string { return fmt.Sprintf("label-%d", i) }

func setBands(l *v1alpha1.PolicyLabel, review, act int) {
	text := func(thousandths int) *v1alpha1.Score {
		s := v1alpha1.Score(fmt.Sprintf("0.%03d", thousandths))
		return &s
	}
	l.ReviewAt, l.ActAt = text(review), text(act)
}

// changed moves a band of some labels.
func changed(r *rand.Rand, before *v1alpha1.ModerationPolicy, n int) *v1alpha1.ModerationPolicy {
	p := before.DeepCopy()
	for _, i := range r.Perm(labels)[:n] {
		l := &p.Spec.Labels[i]
		review, _ := l.ReviewAt.PPM()
		act, _ := l.ActAt.PPM()
		by := 20 + r.IntN(130)
		if r.IntN(2) == 0 {
			by = -by
		}
		if r.IntN(2) == 0 {
			setBands(l, min(max(int(review/1000)+by, 300), int(act/1000)), int(act/1000))
		} else {
			setBands(l, int(review/1000), min(max(int(act/1000)+by, int(review/1000)), 995))
		}
	}
	return p
}

func change(before, after *v1alpha1.ModerationPolicy) (*preview.Change, error) {
	was, err := preview.NewRules(before, nil)
	if err != nil {
		return nil, err
	}
	is, err := preview.NewRules(after, nil)
	if err != nil {
		return nil, err
	}
	return preview.NewChange(was, is)
}

// draw makes items whose scores are a mixture: most are near nothing, some anywhere, some near one. Normal variables that go
// together choose where in the mixture the item lies for each label.
func draw(r *rand.Rand, t Terms) *preview.Scores {
	s := &preview.Scores{}
	for i := range labels {
		s.Labels = append(s.Labels, labelName(i))
	}
	type mixture struct{ spread, low, high float64 }
	shapes := make([]mixture, labels)
	for i := range shapes {
		shapes[i] = mixture{0.3 + 0.6*r.Float64(), 2 + 3*r.Float64(), 0.5 + r.Float64()}
	}
	for range t.Items {
		common := r.NormFloat64()
		scores := make([]v1.PPM, labels)
		for i := range scores {
			z := math.Sqrt(t.Correlation)*common + math.Sqrt(1-t.Correlation)*r.NormFloat64()
			x := 1 / (1 + math.Exp(shapes[i].low-z/shapes[i].spread-shapes[i].high*r.Float64()))
			scores[i] = v1.PPM(x * float64(v1.AllPPM))
		}
		s.Add(preview.Row{Weight: 1}, scores...)
	}
	return s
}

// edges of the buckets.
func edges(width v1.PPM) (out []float64) {
	if width == 0 {
		return []float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1}
	}
	for at := width; at < v1.AllPPM; at += width {
		out = append(out, float64(at)/float64(v1.AllPPM))
	}
	return append(out, 1)
}

// histograms are what a platform would show of the items under the policy before: of the labels that change, which are all
// that are asked for where they tell what the others decide.
func histograms(s *preview.Scores, c *preview.Change, t Terms) (*preview.Histograms, error) {
	le := edges(t.Width)
	out := &preview.Histograms{Hours: 1}
	for k, name := range s.Labels {
		if !t.Marginal && !slices.Contains(c.Labels, name) {
			continue
		}
		counts := map[v1.Action][]float64{}
		for i := range s.Rows {
			scores := s.Of(i)
			rest := preview.Unknown
			if !t.Marginal {
				rest = c.Before.Rest(name, "", s.Labels, scores)
			}
			counts[rest] = observed(counts[rest], le, scores[k])
		}
		for _, rest := range rests(t) {
			h, err := preview.NewHistogram(le, observed(counts[rest], le, v1.AllPPM))
			if err != nil {
				return nil, err
			}
			h.Label, h.Rest = name, rest
			out.All = append(out.All, h)
		}
	}
	return out, nil
}

// rests are what histograms are told apart by.
func rests(t Terms) []v1.Action {
	if t.Marginal {
		return []v1.Action{preview.Unknown}
	}
	return []v1.Action{v1.Allow, v1.Review, v1.Act}
}

// observed counts a score in every bucket that it is below.
func observed(cumulative, le []float64, score v1.PPM) []float64 {
	if cumulative == nil {
		cumulative = make([]float64, len(le))
	}
	for j := len(le) - 1; j >= 0 && float64(score) < le[j]*float64(v1.AllPPM); j-- {
		cumulative[j]++
	}
	return cumulative
}
