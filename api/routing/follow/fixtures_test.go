package follow

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"
	testclock "k8s.io/utils/clock/testing"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

// release is one state of a surface's ConfigMaps, by name; the value is the key and
// the bytes.
type release map[string][2]string

// publish makes n queues named <surface>-0 … with the threshold given.
func publish(t testing.TB, surface string, n int, actAt v1.PPM) release {
	t.Helper()
	out := release{}
	h := v1.Header{Namespace: "trust", Surface: surface}
	x := &v1.Index{Header: h, Entries: []v1.Entry{}}
	w := &v1.Weights{Header: h}
	for i := range n {
		d := &v1.PolicyDocument{
			Header: h, Queue: fmt.Sprintf("%s-%d", surface, i), Pool: "gpu", Salt: "saltsalt", Unit: v1.UnitItem,
			Match: v1.Match{Classes: []string{fmt.Sprintf("c%d", i)}},
			Revisions: []v1.Revision{{Name: "r", Share: v1.AllPPM, Labels: []v1.Label{
				{Name: "spam", HarmDomain: "spam", Severity: v1.SeverityLow, ActAt: &actAt},
			}}},
			Streams: []v1.Stream{{Name: "all", HarmDomains: []string{v1.Any}, Tier: 1}},
		}
		data, err := v1.SealDocument(d)
		if err != nil {
			t.Fatal(err)
		}
		name := v1.DocumentName(d.Queue, d.Hash)
		out[name] = [2]string{v1.DocumentKey, string(data)}
		x.Entries = append(x.Entries, v1.Entry{Queue: d.Queue, Document: name, Hash: d.Hash})
		w.Teams = append(w.Teams, v1.TeamWeights{
			Queues: []string{d.Queue}, Languages: []string{"en"}, HarmDomains: []string{"spam"}, Tier: 1,
			Teams: []v1.Weight{{Name: "dublin", Weight: 1}},
		})
	}
	data, err := v1.SealIndex(x)
	if err != nil {
		t.Fatal(err)
	}
	out[v1.IndexName(surface)] = [2]string{v1.IndexKey, string(data)}
	if data, err = v1.SealWeights(w); err != nil {
		t.Fatal(err)
	}
	out[v1.WeightsName(surface)] = [2]string{v1.WeightsKey, string(data)}
	return out
}

func roleOf(key string) string {
	return map[string]string{v1.DocumentKey: v1.RoleDocument, v1.IndexKey: v1.RoleIndex, v1.WeightsKey: v1.RoleWeights}[key]
}

// apply writes ConfigMaps as the operator does: documents first, the index last.
func apply(t testing.TB, c *fake.Clientset, surface string, r release) {
	t.Helper()
	for _, role := range []string{v1.DocumentKey, v1.WeightsKey, v1.IndexKey} {
		for name, kv := range r {
			if kv[0] == role {
				put(t, c, surface, name, kv)
			}
		}
	}
}

func put(t testing.TB, c *fake.Clientset, surface, name string, kv [2]string) {
	t.Helper()
	cm := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{
			Name: name, Namespace: "trust", Labels: map[string]string{v1.RoleLabel: roleOf(kv[0]), v1.SurfaceLabel: surface},
		},
		Data: map[string]string{kv[0]: kv[1]},
	}
	api := c.CoreV1().ConfigMaps("trust")
	_, err := api.Create(context.Background(), cm, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		_, err = api.Update(context.Background(), cm, metav1.UpdateOptions{})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// write puts a release into a directory.
func write(t testing.TB, dir string, r release) {
	t.Helper()
	for name, kv := range r {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name, kv[0]), []byte(kv[1]), 0o640); err != nil {
			t.Fatal(err)
		}
	}
}

func start() *testclock.FakeClock {
	return testclock.NewFakeClock(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC))
}

func follower(t testing.TB, o Options) *Follower {
	t.Helper()
	if o.Surfaces == nil {
		o.Surfaces = []string{"live"}
	}
	if o.Clock == nil {
		o.Clock = start()
	}
	f, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// acts is the threshold in force on a surface's first queue, as an item meets it:
// 0 if there is no table.
func acts(f *Follower, surface string) v1.PPM {
	if f.Table() == nil {
		return 0
	}
	doc, ok := f.Table().Document(surface + "-0")
	if !ok {
		return 0
	}
	return *doc.Revisions[0].Labels[0].ActAt
}

// read does what Run does once.
func (f *Follower) read() {
	for _, s := range f.opts.Surfaces {
		f.refresh(context.Background(), s)
	}
}
