package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/sheet"
	"github.com/modcap/modcap/internal/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

// planTable is a plan by language of a day, with a gap of two from 03:00 to 04:00 UTC.
func planTable(t *testing.T) []byte {
	t.Helper()
	s := sheet.Sheet{Grid: staffing.Grid{Start: 1_793_577_600_000, Width: 30 * sample.Minute, N: 48}} // 2 November 2026
	for _, l := range []sheet.Line{{Language: sheet.All}, {Language: "en", Tier: 1}, {Language: "pt-BR", Tier: 1}} {
		for i := range s.Grid.N {
			c := sheet.Cell{Required: 3000, RequiredScheduled: 4300, Scheduled: 5000, Allocated: 3000}
			if i/2 == 3 && l.Language != "en" {
				c.Allocated, c.Scheduled, c.Gap = 1000, 2000, 2000
			}
			l.Cells = append(l.Cells, c)
		}
		s.Lines = append(s.Lines, l)
	}
	data, err := s.CSV()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// desk is a cluster that has some objects, and refuses to read those of a kind.
func desk(t *testing.T, forbidden string, objects ...client.Object) *cluster {
	t.Helper()
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, v1alpha1.AddToScheme} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	c := fake.NewClientBuilder().WithScheme(scheme).WithObjects(objects...).WithStatusSubresource(objects...).
		WithInterceptorFuncs(interceptor.Funcs{
			Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, o client.Object, opts ...client.GetOption) error {
				if _, config := o.(*corev1.ConfigMap); forbidden == "ConfigMap" && config || forbidden == "StaffingTarget" && !config {
					return apierrors.NewForbidden(schema.GroupResource{Resource: forbidden}, key.Name, nil)
				}
				return c.Get(ctx, key, o, opts...)
			},
		}).Build()
	return &cluster{client: c, namespace: "moderation"}
}

func planned(table map[string]string, packed map[string][]byte) []client.Object {
	target := modtest.MakeTarget("emea", "moderation").Obj()
	target.Status.Plan = "emea-plan"
	return []client.Object{target, &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: "moderation", Name: "emea-plan"}, Data: table, BinaryData: packed,
	}}
}

// staffingOf runs the command against a cluster.
func staffingOf(t *testing.T, c *cluster, name string, args ...string) (string, error) {
	t.Helper()
	f := staffingView{}
	var out bytes.Buffer
	cmd := f.command(streams{Out: &out})
	if err := cmd.ParseFlags(args); err != nil {
		return "", err
	}
	view, err := f.view(name, &out)
	if err != nil {
		return "", err
	}
	err = f.print(t.Context(), &out, c, view)
	return out.String(), err
}

func TestStaffing(t *testing.T) {
	plain := desk(t, "", planned(map[string]string{sheet.Key: string(planTable(t))}, nil)...)
	packed := desk(t, "", planned(nil, map[string][]byte{sheet.Key + sheet.Gzip: gzipped(t, planTable(t))})...)
	for name, c := range map[string]*cluster{"as it is": plain, "compressed": packed} {
		t.Run(name, func(t *testing.T) {
			out, err := staffingOf(t, c, "emea", "--time-zone", "UTC")
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range []string{
				"emea: people from Mon 02 Nov 00:00 to Tue 03 Nov 00:00, by 30m, times of UTC",
				"pt-BR          4.3          Mon 02 Nov 00:00  1            2         Mon 02 Nov 03:00  2.0    Mon 02 Nov 03:00",
				"Mon 02 Nov   .   .   . 2.0   .   .", "Mon 02 Nov 4.3 4.3", "Mon 02 Nov 5.0 5.0 5.0 2.0 5.0",
			} {
				if !strings.Contains(out, want) {
					t.Errorf("no %q in\n%s", want, out)
				}
			}
		})
	}
	page := filepath.Join(t.TempDir(), "plan.html")
	out, err := staffingOf(t, plain, "emea", "--html", page)
	data, _ := os.ReadFile(page)
	if err != nil || out != "wrote "+page+": open it in a browser\n" || !strings.Contains(string(data), "<title>emea: staffing from") {
		t.Errorf("%v, %q, a page of %d bytes", err, out, len(data))
	}
	if out, err := staffingOf(t, plain, "emea", "-o", "csv"); err != nil || out != string(planTable(t)) {
		t.Errorf("%v, not the table", err)
	}
	out, err = staffingOf(t, plain, "emea", "-o", "json")
	var got sheet.Data
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if l := got.Lines[2]; err != nil || l.Language != "pt-BR" || l.PersonHoursShort != 2 || len(l.Gap) != 48 || l.Gap[7] != 2 || got.Interval != "30m" {
		t.Errorf("%v: %+v", err, l)
	}
}

// Holes in the cover of higher tiers are said before the tables.
func TestStaffingSaysHoles(t *testing.T) {
	objects := planned(map[string]string{sheet.Key: string(planTable(t))}, nil)
	at := func(hour int) metav1.Time { return metav1.NewTime(time.Date(2026, 11, 24, hour, 0, 0, 0, time.UTC)) }
	status := &objects[0].(*v1alpha1.StaffingTarget).Status
	status.EscalationHoleCount = 3
	status.EscalationHoles = []v1alpha1.EscalationHole{
		{Tier: 2, Language: "de", HarmDomains: []string{"hate", "spam"}, Queue: "live-de", Queues: 3, From: at(2), Until: at(6), Hours: "14"},
		{Tier: 3, HarmDomains: []string{"*"}, Queue: "video", Queues: 1, From: at(2), Until: at(4), Hours: "2"},
	}
	out, err := staffingOf(t, desk(t, "", objects...), "emea", "--time-zone", "UTC")
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Join(strings.Fields(out), " ")
	for _, want := range []string{
		"Nobody for tier 2 of de hate spam (queue live-de and 2 more) is there for what escalates " +
			"from Tue 2026-11-24 02:00 to Tue 2026-11-24 06:00 UTC, 14 hours in all to the horizon",
		"Nobody for tier 3 of * (queue video) is there", "the same is so of others: 1 more",
	} {
		if !strings.Contains(words, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

// What keeps work from being done in time stands in the plan's JSON, beside the table.
func TestStaffingSaysWhy(t *testing.T) {
	in := planInput(t)
	in.Teams = nil
	plan := staffing.Plan(*in)
	whole := sheet.Of(plan)
	data, err := json.Marshal(whole.Data(&sheet.View{Name: "emea"}))
	if err != nil {
		t.Fatal(err)
	}
	table, err := whole.CSV()
	if err != nil {
		t.Fatal(err)
	}
	c := desk(t, "", planned(map[string]string{sheet.Key: string(table), sheet.JSONKey: string(data)}, nil)...)
	out, err := staffingOf(t, c, "emea", "--time-zone", "UTC")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"  1. en (hate): 38.7 person-hours late, the first due Mon 02 Nov 08:30. No team holds what it takes.\n",
		"Person-hours: 38.7 of work = 0 on time + 38.7 late\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	out, err = staffingOf(t, c, "emea", "-o", "json")
	var got sheet.Data
	if jerr := json.Unmarshal([]byte(out), &got); jerr != nil || err != nil || got.Why == nil || got.Ledger != plan.Ledger || !got.Few || len(got.Bottlenecks) != 1 {
		t.Errorf("%v, %v: %s", err, jerr, out)
	}
	torn := desk(t, "", planned(map[string]string{sheet.Key: string(table), sheet.JSONKey: "{"}, nil)...)
	if _, err := staffingOf(t, torn, "emea"); err == nil || !strings.HasPrefix(err.Error(), "ConfigMap emea-plan: read why work is late: ") {
		t.Errorf("of a torn plan: %v", err)
	}
}

func TestStaffingSentences(t *testing.T) {
	table := string(planTable(t))
	whole := planned(map[string]string{sheet.Key: table}, nil)
	fresh := modtest.MakeTarget("emea", "moderation").Obj()
	bomb := bytes.Repeat([]byte{0}, 1<<20)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	for range 65 {
		if _, err := z.Write(bomb); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		objects   []client.Object
		forbidden string
		args      []string
		want      string
	}{
		"another target": {whole[1:], "", nil, "StaffingTarget emea does not exist in namespace moderation, and there is no other; choose a namespace with -n"},
		"no plan yet": {[]client.Object{fresh}, "", nil, "starget/emea has no plan yet: kubectl describe starget emea -n moderation says why " +
			"(an operator with --read-only writes none)"},
		"no ConfigMap": {whole[:1], "", nil, "ConfigMap emea-plan, which holds the plan, does not exist: it was deleted, and comes back within five minutes"},
		"no rights to targets": {whole, "StaffingTarget", nil,
			"you may not read StaffingTarget emea: have the ClusterRole modcap-staffing-view bound to you in namespace moderation"},
		"no rights to plans": {whole, "ConfigMap", nil,
			"you may not read ConfigMap emea-plan, which holds the plan: have the ClusterRole modcap-staffing-view bound to you in namespace moderation"},
		"no such key": {planned(map[string]string{"plan.csv": ""}, nil), "", nil, "ConfigMap emea-plan: it has no key languages.csv: the operator is older than this command"},
		"torn":        {planned(nil, map[string][]byte{"languages.csv.gz": []byte("x")}), "", nil, "ConfigMap emea-plan: languages.csv: unpack: unexpected EOF"},
		"far too long": {planned(nil, map[string][]byte{"languages.csv.gz": packed.Bytes()}), "", nil,
			"ConfigMap emea-plan: languages.csv: unpack: it is far too long"},
		"not a table": {planned(map[string]string{sheet.Key: "a,b\n"}, nil), "", nil,
			"ConfigMap emea-plan: the plan's table has no column start: it was written by another version of modcap"},
		"another language": {whole, "", []string{"--language", "de"}, `--language: the plan has no work in "de"; it has en, pt-BR`},
		"another zone": {whole, "", []string{"--time-zone", "Mars/Base"},
			`--time-zone: "Mars/Base" is not a zone; use a name such as Europe/Berlin or UTC`},
		"another measure": {whole, "", []string{"--show", "gaps"}, `--show: "gaps" is none of gap, required, scheduled`},
		"another output":  {whole, "", []string{"-o", "yaml"}, `-o is text, csv or json, not "yaml"`},
		"another color":   {whole, "", []string{"--color", "red"}, `--color is auto, always or never, not "red"`},
		"no folder": {whole, "", []string{"--html", "/nowhere/plan.html"},
			"write page: open /nowhere/plan.html: no such file or directory"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := staffingOf(t, desk(t, c.forbidden, c.objects...), "emea", c.args...)
			if err == nil || err.Error() != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}
