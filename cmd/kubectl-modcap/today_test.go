package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/sheet"
	"github.com/modcap/modcap/internal/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

// noon is when the day of the tests is looked at.
const noon = planStart + sample.Instant(12*sample.Hour)

// busyDay is a cluster at noon of the day of planInput, on which four times as much comes from
// 09:00 on as was planned, for a team of so many people.
func busyDay(t *testing.T, heads int32, more ...client.Object) *cluster {
	t.Helper()
	obj := modtest.MakeTeam("dublin", "moderation").Label("plan", "emea").Obj()
	obj.Spec.Shifts[0].Headcount = heads
	objects := append(planned(nil, nil), append(more, obj)...)
	var day *sheet.Day
	for now := planStart; now <= noon; now = now.Add(30 * sample.Minute) {
		in := planInput(t)
		passed := int(now.Since(planStart) / (30 * sample.Minute))
		in.Now, in.Horizon = now, 36*sample.Hour
		in.Classes[0].Rates = in.Classes[0].Rates[passed:]
		in.Classes[0].DeclaredHandleTime = 50 * sample.Second
		if passed >= 18 {
			for i := range in.Classes[0].Rates {
				in.Classes[0].Rates[i] *= 4
			}
		}
		team, err := resolve.Team(obj, now.Time(), in.Grid())
		if err != nil {
			t.Fatal(err)
		}
		in.Teams = []staffing.Team{team}
		plan := staffing.Plan(*in)
		day = day.Next(in, &plan, &sheet.Happened{
			At: now.Add(-30 * sample.Minute), Teams: map[string]sheet.TeamSeen{"dublin": {Scheduled: sample.Whole(int64(heads)), Present: sample.Whole(int64(heads) - 1)}},
			Arrived: func(_ *staffing.Class, from, _ sample.Instant) sheet.Figure {
				items := map[bool]int64{true: 60}[from >= planStart.Add(8*sample.Hour)]
				if from >= planStart.Add(9*sample.Hour) {
					items = 240
				}
				return sheet.Figure{Known: true, Value: sample.Whole(items)}
			},
		})
		if now == noon {
			data, err := sheet.PackInput(in)
			if err != nil {
				t.Fatal(err)
			}
			objects = append(objects, mapOf("emea-plan-input", map[string][]byte{sheet.InputKey: data}))
		}
	}
	table, err := day.CSV()
	if err != nil {
		t.Fatal(err)
	}
	return desk(t, "", append(objects, mapOf("emea-today", map[string][]byte{sheet.DayKey + sheet.Gzip: gzipped(t, table)}))...)
}

func mapOf(name string, data map[string][]byte) *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "moderation", Name: name}, BinaryData: data}
}

// todayOf runs the command against a cluster, so long after noon.
func todayOf(t *testing.T, c *cluster, late sample.Span, args ...string) (string, error) {
	t.Helper()
	f := todayView{}
	var out bytes.Buffer
	if err := f.command(streams{}).ParseFlags(append([]string{"--time-zone", "UTC"}, args...)); err != nil {
		t.Fatal(err)
	}
	view, err := f.view("emea", &out)
	if err != nil {
		return "", err
	}
	err = f.print(t.Context(), &out, c, view, noon.Add(late))
	return out.String(), err
}

// What it says of a busy day; written anew with
//
//	go test ./cmd/kubectl-modcap -run TestToday -update
func TestToday(t *testing.T) {
	for name, c := range map[string]struct {
		heads int32
		late  sample.Span
		args  []string
	}{
		"today.txt":       {8, 0, nil},
		"today-few.txt":   {4, 3 * sample.Hour, []string{"--color", "never"}},
		"today-ample.txt": {30, 0, []string{"--time-zone", "Asia/Kolkata"}},
	} {
		got, err := todayOf(t, busyDay(t, c.heads), c.late, c.args...)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestTodayJSON(t *testing.T) {
	out, err := todayOf(t, busyDay(t, 8), 0, "-o", "json")
	if err != nil {
		t.Fatal(err)
	}
	var got sheet.TodayData
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	en := got.Lines[1]
	if got.Name != "emea" || en.Language != "en" || *en.Items != 1560 || *en.ItemsPlanned != 480 || *en.DeclaredSeconds != 50 || *en.HandleSeconds != 60 {
		t.Errorf("%+v", en)
	}
	if o := got.Options; len(o) != 1 || o[0].Team != "dublin" || o[0].Shift != "day" || o[0].Heads < 1 || o[0].ShortBefore <= o[0].ShortAfter {
		t.Errorf("%+v", o)
	}
}

// Without what the plan is made of, the day is shown and nothing is said of options; of a day that is
// over, there are none.
func TestTodayWithoutOptions(t *testing.T) {
	c := busyDay(t, 8)
	if out, err := todayOf(t, c, 13*sample.Hour); err != nil || strings.Contains(out, "Options") {
		t.Errorf("%v\n%s", err, out)
	}
	if err := c.client.Delete(t.Context(), mapOf("emea-plan-input", nil)); err != nil {
		t.Fatal(err)
	}
	out, err := todayOf(t, c, 0)
	if err != nil || strings.Contains(out, "Options") || !strings.Contains(out, "note: what could be done is not known: ConfigMap emea-plan-input") ||
		!strings.Contains(out, "12:00 now") {
		t.Errorf("%v\n%s", err, out)
	}
	if out, err := todayOf(t, c, 0, "-o", "json"); err != nil || !strings.Contains(out, `"options": []`) {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestTodaySaysWhatIsWrong(t *testing.T) {
	broken := append(planned(nil, nil), mapOf("emea-today", map[string][]byte{sheet.DayKey + sheet.Gzip: []byte("x")}))
	strange := append(planned(nil, nil), mapOf("emea-today", map[string][]byte{sheet.DayKey + sheet.Gzip: gzipped(t, []byte("a,b\n"))}))
	for name, c := range map[string]struct {
		cluster *cluster
		args    []string
		want    string
	}{
		"no day yet":      {desk(t, "", planned(nil, nil)...), nil, "ConfigMap emea-today, which holds the day of starget/emea, does not exist"},
		"no rights":       {desk(t, "ConfigMap", planned(nil, nil)...), nil, "you may not read ConfigMap emea-today"},
		"no target":       {desk(t, ""), nil, "emea"},
		"broken":          {desk(t, "", broken...), nil, "ConfigMap emea-today: today.csv: unpack: "},
		"another version": {desk(t, "", strange...), nil, "another version of modcap"},
		"an output":       {desk(t, ""), []string{"-o", "yaml"}, `-o is text or json, not "yaml"`},
		"a zone":          {desk(t, ""), []string{"--time-zone", "Mars"}, "Mars"},
		"classes":         {desk(t, ""), []string{"--classes", "-1"}, "--classes: -1 is below 0"},
		"a color":         {desk(t, ""), []string{"--color", "red"}, "--color is auto"},
	} {
		if _, err := todayOf(t, c.cluster, 0, c.args...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
