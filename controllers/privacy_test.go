package controllers_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/queue"
	"github.com/modcap/modcap/controllers/team"
	"github.com/modcap/modcap/internal/sheet"
	modtest "github.com/modcap/modcap/internal/testing"
)

// told is everything that the operator publishes of a world of people: statuses, ConfigMaps
// unpacked, events and the names of metrics, by where it stands.
func (w *weightsWorld) told() map[string]string {
	GinkgoHelper()
	out := map[string]string{}
	put := func(name string, v any) {
		text, err := json.Marshal(v)
		Expect(err).NotTo(HaveOccurred())
		out[name] = string(text)
	}
	refresh(w.target)
	refresh(w.team)
	refresh(w.queue)
	put("target", w.target.Status)
	put("team", w.team.Status)
	put("queue", w.queue.Status)
	put("events", w.sent.Taken())
	var maps corev1.ConfigMapList
	Expect(env.Client.List(ctx, &maps, client.InNamespace(w.ns), client.HasLabels{"modcap.dev/document"})).To(Succeed())
	for _, m := range maps.Items {
		for key, text := range m.Data {
			out[m.Name+"/"+key] = text
		}
		for key, packed := range m.BinaryData {
			text, err := sheet.Unpack(packed)
			Expect(err).NotTo(HaveOccurred())
			out[m.Name+"/"+key] = string(text)
		}
	}
	families, err := w.gather.Gather()
	Expect(err).NotTo(HaveOccurred())
	for _, f := range families {
		out["metrics"] += f.String() + "\n"
	}
	return out
}

// look has every reconciler look at it.
func (w *weightsWorld) look() {
	GinkgoHelper()
	run(&team.Reconciler{Env: w.Env}, w.team)
	w.run()
	w.route()
	run(&queue.Reconciler{Env: w.Env}, w.queue)
	w.clock.Step(35 * time.Second)
	run(&team.Reconciler{Env: w.Env}, w.team)
	w.run()
	run(&queue.Reconciler{Env: w.Env}, w.queue)
}

// figures are what a published text says of how people work, other than how many there are.
func figures(text string) []string {
	found := regexp.MustCompile(`"(adherence|occupancy|productivity|accuracy|used|handling|present)":("[0-9]|[0-9]|\[[^\]]*[0-9])`).FindAllString(text, -1)
	column := -1
	for _, line := range strings.Split(text, "\n") { // the table by language
		fields := strings.Split(line, ",")
		if at := slices.Index(fields, "occupancy_percent"); at >= 0 {
			column = at
		} else if column >= 0 && column < len(fields) && fields[column] != "" {
			found = append(found, line)
		}
	}
	return found
}

var _ = Describe("Privacy", func() {
	worldOf := func(people int32) *weightsWorld {
		w := newWeightsWorld(func(t *modtest.TeamWrapper) {
			t.Measured().Shifts(modtest.MakeShift("day", "08:00", "16:00", people))
		})
		var cork v1alpha1.ReviewTeam
		Expect(env.Client.Get(ctx, client.ObjectKey{Namespace: w.ns, Name: "cork"}, &cork)).To(Succeed())
		remove(&cork)
		w.seen.set("present", "dublin", float64(people-1)).set("handling", "dublin", float64(people-2))
		w.look()
		return w
	}

	It("tells nothing of how groups under five work", func() {
		for name, text := range worldOf(3).told() {
			Expect(figures(text)).To(BeEmpty(), name)
		}
	})

	It("tells it of larger ones, where it is looked for", func() {
		var where []string
		for name, text := range worldOf(8).told() {
			if len(figures(text)) > 0 {
				where = append(where, name)
			}
		}
		slices.Sort(where)
		Expect(where).To(Equal([]string{"emea-plan/languages.csv", "emea-plan/languages.json", "team"}))
	})

	It("says nothing of what teams are in ConfigMaps, which more people may read than teams", func() {
		w := newWeightsWorld(func(t *modtest.TeamWrapper) {
			t.Site("site-9a").Clearances("clearance-4e").Shrinkage("13.7", "7.9").Shifts(modtest.MakeShift("shift-3c", "08:00", "16:00", 8))
		})
		edit(w.team, func(t *v1alpha1.ReviewTeam) {
			t.Spec.CostRef = &v1alpha1.ObjectReference{Name: "secret-1d"}
			t.Spec.Exposure = []v1alpha1.ExposureLimit{{Name: "limit-5b", HarmDomains: []v1alpha1.HarmDomainName{"hate"}, PerPersonPerDay: "3h"}}
		})
		w.look()
		told := w.told()
		for _, name := range []string{"emea-plan/plan.csv", "emea-plan/languages.csv", "emea-plan/languages.json", "emea-plan-input/demand.json.gz", "emea-today/today.csv.gz"} {
			Expect(told).To(HaveKey(name))
			for _, word := range []string{"site-9a", "clearance-4e", "137000", "79000", "shift-3c", "secret-1d", "10800000", `"supply":{`, "headcount"} {
				Expect(told[name]).NotTo(ContainSubstring(word), name)
			}
		}
	})

	It("repeats no name that an export has, good or broken", func() {
		names := []string{"Aoife", "Nowak", "aoife.nowak@example.com", "E-4711", "陳美玲"}
		w := newWeightsWorld(func(t *modtest.TeamWrapper) { t.Schedule("roster") })
		row := "2026-11-02,08:00,16:00,10,work," + strings.Join(names, ",") + "\n"
		m := exported(w.ns, "date,start,end,heads,activity,first,last,mail,id,name\n"+row)
		w.create(m)
		for _, csv := range []string{
			m.Data["schedule.csv"],
			m.Data["schedule.csv"] + strings.Replace(row, ",10,", ",ten,", 1),
			strings.Replace(m.Data["schedule.csv"], "heads", "people", 1),
		} {
			export(m, csv)
			w.clock.Step(30 * time.Second)
			w.look()
			for where, text := range w.told() {
				for _, name := range names {
					Expect(text).NotTo(ContainSubstring(name), where)
				}
			}
		}
	})
})
