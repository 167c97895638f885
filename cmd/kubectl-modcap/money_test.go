package main

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/sheet"
	modtest "github.com/modcap/modcap/internal/testing"
)

func costSecret(name string, data map[string]string) *corev1.Secret {
	s := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "moderation", Name: name}, Data: map[string][]byte{}}
	for k, v := range data {
		s.Data[k] = []byte(v)
	}
	return s
}

func priced(name, secret string) v1alpha1.ReviewTeam {
	t := modtest.MakeTeam(name, "moderation").Obj()
	if secret != "" {
		t.Spec.CostRef = &v1alpha1.ObjectReference{Name: secret}
	}
	return *t
}

// secretDesk is a cluster where the Secret "locked" may not be read.
func secretDesk(t *testing.T, objects ...client.Object) *cluster {
	t.Helper()
	c := desk(t, "", objects...)
	lock(t, c)
	return c
}

// lock keeps the Secret "locked" of a cluster from being read.
func lock(t *testing.T, c *cluster) {
	t.Helper()
	inner, ok := c.client.(client.WithWatch)
	if !ok {
		t.Fatal("the fake client does not watch")
	}
	c.client = interceptor.NewClient(inner, interceptor.Funcs{
		Get: func(ctx context.Context, w client.WithWatch, key client.ObjectKey, o client.Object, opts ...client.GetOption) error {
			if _, secret := o.(*corev1.Secret); secret && key.Name == "locked" {
				return apierrors.NewForbidden(schema.GroupResource{Resource: "secrets"}, key.Name, nil)
			}
			return w.Get(ctx, key, o, opts...)
		},
	})
}

func TestCosts(t *testing.T) {
	const not = " is counted in hours and not in money: "
	for name, c := range map[string]struct {
		secret string
		data   map[string]string
		want   Money
		note   string
	}{
		"an amount":               {"cost", map[string]string{"costPerHour": "24.50\n", "currency": "EUR\n"}, Money{24_500_000, "EUR"}, ""},
		"no currency":             {"cost", map[string]string{"costPerHour": "24"}, Money{24_000_000, ""}, ""},
		"no Secret is named":      {"", nil, Money{}, ""},
		"the Secret is not there": {"other", nil, Money{}, "kl" + not + "there is no Secret other, which spec.costRef names, in namespace moderation"},
		"may not be read":         {"locked", nil, Money{}, "kl" + not + "you may not read Secret locked of namespace moderation, which holds its cost"},
		"no amount":               {"cost", map[string]string{"currency": "EUR"}, Money{}, "kl" + not + "no key costPerHour is in Secret cost"},
		"a decimal comma":         {"cost", map[string]string{"costPerHour": "24,50"}, Money{}, "kl" + not + "costPerHour of Secret cost is not an amount above 0 with at most six decimals, such as 24.50"},
		"below nothing":           {"cost", map[string]string{"costPerHour": "-3"}, Money{}, "kl" + not + "costPerHour of Secret cost is not an amount above 0 with at most six decimals, such as 24.50"},
		"a sign":                  {"cost", map[string]string{"costPerHour": "24.50", "currency": "€"}, Money{}, "kl" + not + "currency of Secret cost is not a code of three capitals, such as EUR"},
	} {
		t.Run(name, func(t *testing.T) {
			var objects []client.Object
			if c.data != nil {
				objects = append(objects, costSecret("cost", c.data))
			}
			got, notes := costs(t.Context(), secretDesk(t, objects...).client, []v1alpha1.ReviewTeam{priced("kl", c.secret)})
			if got["kl"] != c.want || strings.Join(notes, "; ") != c.note {
				t.Errorf("%+v, %q, want %+v, %q", got, notes, c.want, c.note)
			}
			for _, v := range c.data {
				if len(v) > 3 && strings.Contains(strings.Join(notes, ""), strings.TrimSpace(v)) && v != "24.50" {
					t.Errorf("%q of the Secret is in %q", v, notes)
				}
			}
		})
	}
}

func TestBill(t *testing.T) {
	const hour = sample.Hour
	kl, lisbon, paris, oslo := priced("kl", "eur"), priced("lisbon", "usd"), priced("paris", "locked"), priced("oslo", "")
	c := secretDesk(t, costSecret("eur", map[string]string{"costPerHour": "24.505", "currency": "EUR"}),
		costSecret("usd", map[string]string{"costPerHour": "10", "currency": "USD"}), &kl, &lisbon, &paris, &oslo)
	locked := "paris is counted in hours and not in money: you may not read Secret locked of namespace moderation, which holds its cost.\n"
	moved := priced("oslo", "eur")
	for name, x := range map[string]struct {
		teams []sheet.TeamChange
		tried []v1alpha1.ReviewTeam
		want  string
	}{
		"nothing":        {nil, nil, ""},
		"no price":       {[]sheet.TeamChange{{Name: "oslo", Before: hour, After: 2 * hour}}, nil, ""},
		"more":           {[]sheet.TeamChange{{Name: "kl", Before: 0, After: 1000 * hour}}, nil, "Cost of people on the roster: +24,505.00 EUR.\n"},
		"a new team":     {[]sheet.TeamChange{{Name: "kl", Before: -1, After: 10 * hour}}, nil, "Cost of people on the roster: +245.05 EUR.\n"},
		"not there":      {[]sheet.TeamChange{{Name: "kl", Before: 10 * hour, After: -1}}, nil, "Cost of people on the roster: -245.05 EUR.\n"},
		"two currencies": {[]sheet.TeamChange{{Name: "kl", After: hour}, {Name: "lisbon", Before: 2 * hour, After: hour}}, nil, "Cost of people on the roster: +24.51 EUR and -10.00 USD.\n"},
		"may not":        {[]sheet.TeamChange{{Name: "paris", After: hour}}, nil, locked},
		"some":           {[]sheet.TeamChange{{Name: "kl", After: hour}, {Name: "oslo", After: hour}, {Name: "paris", After: hour}}, nil, "Cost of people on the roster: +24.51 EUR, without oslo, paris.\n" + locked},
		"as it is tried": {[]sheet.TeamChange{{Name: "oslo", After: 2 * hour}}, []v1alpha1.ReviewTeam{moved}, "Cost of people on the roster: +49.01 EUR.\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			times := rosterTimes(&sheet.Change{Teams: x.teams})
			b, err := c.billOf(t.Context(), slices.Sorted(maps.Keys(times)), x.tried)
			if err == nil {
				err = b.say(&out, times)
			}
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(x.want, out.String()); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

// Money is in what plan and recommend say for who may read the Secret, and for nobody else.
func TestMoneyIsForWhoMayReadIt(t *testing.T) {
	const few = `{name: day, start: "08:00", end: "16:00", headcount: 3}`
	for secret, c := range map[string]struct {
		cost []costData
		text string
	}{
		"eur":    {[]costData{{Currency: "EUR", Amount: "784.00"}}, "(32.0 hours paid, 784.00 EUR)"},
		"locked": {nil, "(32.0 hours paid), nobody is missing"},
	} {
		t.Run(secret, func(t *testing.T) {
			desk := shortOf(t, 1, costSecret("eur", map[string]string{"costPerHour": "24.50", "currency": "EUR"}))
			team := priced("dublin", secret)
			team.Labels = map[string]string{"plan": "emea"}
			team.Spec.Shifts[0].Headcount = 1
			if err := desk.client.Delete(t.Context(), team.DeepCopy()); err != nil {
				t.Fatal(err)
			}
			if err := desk.client.Create(t.Context(), team.DeepCopy()); err != nil {
				t.Fatal(err)
			}
			lock(t, desk)
			var got struct {
				Cost []costData
				Best []struct{ Cost []costData }
			}
			for _, ask := range []func() (string, error){
				func() (string, error) {
					return planOf(t, desk, teamYAML("dublin", "", few)+"  costRef: {name: "+secret+"}\n", "-o", "json")
				},
				func() (string, error) { return recommendOf(t, desk, "--notice", "0s", "-o", "json") },
			} {
				out, err := ask()
				if jerr := json.Unmarshal([]byte(out), &got); err != nil || jerr != nil {
					t.Fatalf("%v, %v: %s", err, jerr, out)
				}
				if diff := cmp.Diff(c.cost, got.Cost); diff != "" {
					t.Error(diff)
				}
			}
			if len(got.Best) != 1 || cmp.Diff(c.cost, got.Best[0].Cost) != "" {
				t.Errorf("%+v", got.Best)
			}
			out, err := recommendOf(t, desk, "--notice", "0s")
			if err != nil || !strings.Contains(out, c.text) || strings.Contains(out, "24.5") {
				t.Errorf("%v, no %q in\n%s", err, c.text, out)
			}
			if told := strings.Contains(out, "you may not read Secret locked"); told != (secret == "locked") {
				t.Errorf("told why not: %v\n%s", told, out)
			}
		})
	}
}
