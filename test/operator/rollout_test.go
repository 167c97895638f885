package operator

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	modtest "github.com/modcap/modcap/internal/testing"
)

// counts is a Prometheus that counts a rollout: rows by query, and when they were first
// read.
type counts struct {
	*httptest.Server

	mu   sync.Mutex
	rows map[string][]string
	read time.Time
}

func newCounts() *counts {
	c := &counts{rows: map[string][]string{}}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		c.mu.Lock()
		defer c.mu.Unlock()
		rows := c.rows[r.PostForm.Get("query")]
		if c.read.IsZero() && len(c.rows["moved-violating"]) > 0 && r.PostForm.Get("query") == "errors" {
			c.read = time.Now() // the last series of a read
		}
		_, _ = fmt.Fprintf(w, `{"status":"success","data":{"resultType":"vector","result":[%s]}}`, strings.Join(rows, ","))
	}))
	return c
}

// worse counts a change that is worse: of 100000 items 400 went from people to the
// machine, most of them benign.
func (c *counts) worse(policy, revision string, cohort time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	row := func(n int, more string) []string {
		return []string{fmt.Sprintf(`{"metric":{"policy":%q,"revision":%q,"market":"BR","cohort":%q%s},"value":[%d,"%d"]}`,
			policy, revision, cohort.UTC().Format(time.RFC3339), more, time.Now().Unix(), n)}
	}
	const move = `,"label":"hate","from":"Review","to":"Act"`
	c.rows = map[string][]string{
		"entered": row(100_000, ""), "moved": row(400, move), "moved-sampled": row(400, move), "moved-labelled": row(400, move),
		"moved-violating": row(100, move),
	}
}

// source reads the series of a rollout from it.
func (c *counts) source(namespace string) *v1alpha1.MetricSource {
	s := modtest.MakeSource("rollouts", namespace).URL(c.URL).Interval("1s").Timeout("1s").Obj()
	s.Spec.Series = nil
	labels := map[string][]string{
		"entered": nil, "moved": {"label", "from", "to"}, "moved-sampled": {"label", "from", "to"}, "moved-labelled": {"label", "from", "to"},
		"moved-violating": {"label", "from", "to"}, "sampled": {"arm", "rate"}, "labelled": {"arm", "rate"}, "errors": {"arm", "rate", "label", "kind"},
	}
	for _, name := range []string{"entered", "moved", "moved-sampled", "moved-labelled", "moved-violating", "sampled", "labelled", "errors"} {
		one := modtest.MakeSeries(name, v1alpha1.GaugeSeries, name)
		one.RowLabels, one.MaxAge = append([]string{"policy", "revision", "market", "cohort"}, labels[name]...), "1h"
		s.Spec.Series = append(s.Spec.Series, one)
	}
	return s
}

var _ = Describe("A rollout under a running operator", func() {
	It("is taken back within an observe interval and a second of a broken guard's first numbers", func() {
		c := newCounts()
		DeferCleanup(c.Close)
		p := newPlatform()
		r := modtest.MakeRollout("rollouts")
		r.Metrics.Cohort, r.Metrics.LabelDelay = "1m", "1m"
		p.policy.Spec.Rollout = &r
		p.apply()
		Expect(env.Client.Create(ctx, c.source(p.ns))).To(Succeed())
		o := startOperator()
		DeferCleanup(func() { Expect(o.stop()).To(Succeed()) })
		p.expectSettled(1)
		index := func(g Gomega) string {
			var m corev1.ConfigMap
			g.Expect(env.Client.Get(ctx, client.ObjectKey{Namespace: p.ns, Name: v1.IndexName("live")}, &m)).To(Succeed())
			return m.Data[v1.IndexKey]
		}
		status := func(g Gomega) *v1alpha1.PolicyRolloutStatus {
			g.Expect(env.Client.Get(ctx, client.ObjectKeyFromObject(p.policy), p.policy)).To(Succeed())
			g.Expect(p.policy.Status.Rollout).NotTo(BeNil())
			return p.policy.Status.Rollout
		}
		Eventually(func(g Gomega) { g.Expect(status(g).Phase).To(Equal(v1alpha1.RolloutDone)) }).Should(Succeed())
		var before string
		Eventually(func(g Gomega) { before = index(g); g.Expect(before).To(ContainSubstring("chat")) }).Should(Succeed())

		p.policy.Spec.Labels[0].ActAt = ptr.To(v1alpha1.Score("0.90"))
		Expect(env.Client.Update(ctx, p.policy)).To(Succeed())
		var began time.Time
		var canary string
		Eventually(func(g Gomega) {
			s := status(g)
			g.Expect(s.Phase).To(Equal(v1alpha1.RolloutInShadow))
			g.Expect(index(g)).NotTo(Equal(before))
			began, canary = s.Began.Time, s.Canary
		}).WithTimeout(20 * time.Second).Should(Succeed())
		// A cohort of the rollout is a minute, and counts when it is over.
		Eventually(func() time.Duration { return time.Since(began) }).WithTimeout(2 * time.Minute).WithPolling(100 * time.Millisecond).
			Should(BeNumerically(">", 62*time.Second))
		c.worse(p.policy.Name, canary, began.Add(time.Second))
		Eventually(func(g Gomega) { g.Expect(index(g)).To(Equal(before)) }).WithTimeout(20 * time.Second).WithPolling(10 * time.Millisecond).Should(Succeed())
		restored := time.Now()
		c.mu.Lock()
		took := restored.Sub(c.read)
		c.mu.Unlock()
		AddReportEntry("from the first numbers read to the restored pointer", took.Round(time.Millisecond).String())
		Expect(took).To(BeNumerically("<", 2*time.Second), "an observe interval of 1s, and 1s")
		Eventually(func(g Gomega) { g.Expect(status(g).Phase).To(Equal(v1alpha1.RolloutAborted)) }).Should(Succeed())
		Expect(p.policy.Status.Rollout.Aborted).To(HaveField("By", "guard"))
	})
})
